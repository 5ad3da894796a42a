import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Sweep } from '../../src/protocol/tasks.ts';
import { magnitude, share } from '../../src/text/numbers.ts';
import { LinePicture } from '../charts/LinePicture.tsx';
import type { LineChart } from '../charts/lineChart.ts';
import { Button } from '../ui/Button.tsx';
import { DataTable } from '../ui/DataTable.tsx';

interface SweepViewProps {
  readonly sweep: Sweep;
  /** The layer that edits act on now. */
  readonly target: number | null;
  readonly onChoose: (layer: number) => void;
}

/** The layers that were tried: a curve of their measures, and a table to choose from. */
export function SweepView({ sweep: { layers }, target, onChoose }: SweepViewProps): VNode {
  const chart = useMemo(() => sweepChart(layers, target), [layers, target]);
  const [best] = layers;
  return (
    <>
      {best !== undefined && (
        <p class="lead">
          {l10n.t('Best: layer {0}, score {1} of CounterFact.', best.layer, share(best.measures.after.score))}{' '}
          {target !== null && l10n.t('Edits now act on layer {0}.', target)}
        </p>
      )}
      <LinePicture label={l10n.t('The CounterFact measures by layer')} chart={chart} />
      <DataTable
        label={l10n.t('The layers that were tried')}
        rows={layers}
        columns={[
          { name: l10n.t('Layer'), cell: ({ layer }) => String(layer) },
          { name: 'S', number: true, cell: ({ measures }) => share(measures.after.score) },
          { name: 'ES', number: true, cell: ({ measures }) => share(measures.after.es?.value) },
          { name: 'PS', number: true, cell: ({ measures }) => share(measures.after.ps?.value) },
          { name: 'NS', number: true, cell: ({ measures }) => share(measures.after.ns?.value) },
          { name: l10n.t('Seconds'), number: true, cell: ({ seconds }) => magnitude(seconds) },
          {
            name: l10n.t('Edit target'),
            cell: ({ layer }) =>
              layer === target ? (
                l10n.t('chosen')
              ) : (
                <Button
                  label={l10n.t('Choose layer {0} as edit target', layer)}
                  onClick={() => onChoose(layer)}
                >
                  {l10n.t('Choose')}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}

/** Measures over layers, in the order of layers; what was not measured leaves a gap. */
function sweepChart(layers: Sweep['layers'], target: number | null): LineChart {
  const ordered = layers.toSorted((a, b) => a.layer - b.layer);
  const line = (
    name: string,
    series: number,
    dashed: boolean,
    values: readonly (number | null | undefined)[],
  ) => ({
    name,
    series,
    dashed,
    values: values.map((value) => value ?? Number.NaN),
  });
  const after = ordered.map(({ measures }) => measures.after);
  return {
    xLabel: l10n.t('layer'),
    yLabel: l10n.t('share'),
    x: ordered.map(({ layer }) => layer),
    lines: [
      line(
        'S',
        0,
        false,
        after.map(({ score }) => score),
      ),
      line(
        'ES',
        1,
        false,
        after.map(({ es }) => es?.value),
      ),
      line(
        'PS',
        2,
        false,
        after.map(({ ps }) => ps?.value),
      ),
      line(
        'NS',
        1,
        true,
        after.map(({ ns }) => ns?.value),
      ),
    ],
    mark: target === null ? null : { x: target, label: l10n.t('edit target') },
  };
}
