import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Evaluated } from '../../../src/protocol/evaluation.ts';
import { rowName } from '../../../src/protocol/evaluationCurves.ts';
import {
  measuresIn,
  protocolsOf,
  refusals,
  safetyNotes,
  shown,
  stoppedEarly,
} from '../../../src/protocol/evaluationMeasures.ts';
import { LinePicture } from '../../charts/LinePicture.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { curveCharts } from './curveCharts.ts';
import { MeasurePlots } from './MeasurePlots.tsx';

/** Methods side by side: the table, a plot a measure, curves over the number of edits, and what the numbers rest on. */
export function EvaluationView({ evaluated }: { readonly evaluated: Evaluated }): VNode {
  const { methods, resumed } = evaluated;
  const measures = useMemo(() => measuresIn(methods), [methods]);
  const curves = useMemo(() => curveCharts(methods), [methods]);
  const notes = [...stoppedEarly(methods), ...refusals(methods), ...safetyNotes(methods)];
  return (
    <>
      <p class="muted">
        {l10n.t('Shares with their 95 % intervals over edits: Wilson, and of S by bootstrap.')}{' '}
        {resumed > 0 && l10n.t('Measurements taken over from an earlier run: {0}.', resumed)}
      </p>
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <DataTable
        label={l10n.t('Methods and their measures')}
        rows={methods}
        columns={[
          { name: l10n.t('Method'), cell: (row) => rowName(row, methods) },
          { name: l10n.t('Layers'), cell: ({ layers }) => layers.join(', ') || '–' },
          { name: l10n.t('Edits'), number: true, cell: ({ edits }) => String(edits.length) },
          ...measures.map(({ name, read }) => ({
            name,
            number: true,
            cell: (row: Evaluated['methods'][number]) => shown(read(row)) || '–',
          })),
        ]}
      />
      <h2>{l10n.t('Plots')}</h2>
      <MeasurePlots measures={measures} rows={methods} />
      {curves.map(({ title, chart }) => (
        <section key={title} class="curve">
          <h3>{title}</h3>
          <LinePicture label={title} chart={chart} />
        </section>
      ))}
      <h2>{l10n.t('Protocols')}</h2>
      <ul class="notes muted">
        {protocolsOf(methods).map((protocol) => (
          <li key={protocol}>{protocol}</li>
        ))}
      </ul>
    </>
  );
}
