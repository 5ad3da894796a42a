import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ComparedEditResult, ComparedSide, Comparison } from '../../../src/protocol/comparison.ts';
import { outcomeOf } from '../../../src/protocol/outcome.ts';
import type { TaskRequest } from '../../../src/protocol/tasks.ts';
import { magnitude, share, signed, strength } from '../../../src/text/numbers.ts';
import { visible } from '../../../src/text/visible.ts';
import { LinePicture } from '../../charts/LinePicture.tsx';
import { factName } from '../../inspector/names.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { answersByLayer } from './comparedPictures.ts';
import { type MeasureRow, measureRows } from './comparedRows.ts';
import { MovedMaps } from './MovedMaps.tsx';
import { ProbesOfBoth } from './ProbesOfBoth.tsx';

interface ComparisonViewProps {
  readonly comparison: Comparison;
  readonly request: TaskRequest;
}

/** Two sides: what each does to the same probes, and the second less the first. */
export function ComparisonView({ comparison: { made, edits }, request }: ComparisonViewProps): VNode | null {
  if (request.kind !== 'compare') return null;
  const { sides } = request;
  const rows = sides.map((side, index) => ({ side, made: made[index] }));
  return (
    <div class="compared">
      <DataTable
        label={l10n.t('The two sides')}
        rows={rows}
        columns={[
          { name: l10n.t('Side'), cell: ({ side }) => visible(side.label) },
          { name: l10n.t('Edit'), cell: ({ side }) => visible(side.edit) },
          { name: l10n.t('Method'), cell: (row) => row.made?.method ?? '–' },
          { name: l10n.t('Layer'), number: true, cell: (row) => String(row.made?.layer ?? '–') },
          { name: l10n.t('Strength'), number: true, cell: ({ side }) => strength(side.strength) },
          {
            name: '‖ΔW‖ / ‖W‖',
            hint: l10n.t('How far the weight was moved, relative to its own norm (Frobenius)'),
            number: true,
            cell: (row) => magnitude(row.made?.relativeNorm),
          },
        ]}
      />
      {edits.map((edit) => (
        <ComparedEdit key={edit.id} edit={edit} sides={sides} />
      ))}
    </div>
  );
}

interface ComparedEditProps {
  readonly edit: ComparedEditResult;
  readonly sides: readonly [ComparedSide, ComparedSide];
}

function ComparedEdit({ edit, sides: [one, other] }: ComparedEditProps): VNode {
  const labels = useMemo(() => [visible(one.label), visible(other.label)] as const, [one, other]);
  const measures = useMemo(() => measureRows(edit.measured), [edit]);
  const chart = useMemo(() => answersByLayer(edit, labels), [edit, labels]);
  const outcomes = edit.measured.map(({ edits: [measured] }) => measured && outcomeOf(measured));
  return (
    <section class="compared">
      <h2>{visible(factName(edit))}</h2>
      <dl class="compared-outcomes">
        {outcomes.map((outcome, side) => (
          <div key={labels[side]}>
            <dt>{labels[side]}</dt>
            <dd>{outcome?.sentence ?? '–'}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        label={l10n.t('Measures of both sides: {0}', factName(edit))}
        rows={measures}
        columns={[
          { name: l10n.t('Measure'), cell: ({ measure }: MeasureRow) => measure.name },
          { name: l10n.t('Meaning'), cell: ({ measure }) => measure.meaning },
          { name: labels[0], number: true, cell: (row) => shownValue(row, row.values[0]) },
          { name: labels[1], number: true, cell: (row) => shownValue(row, row.values[1]) },
          {
            name: 'Δ',
            hint: l10n.t('Second − first'),
            number: true,
            cell: (row) => <span class={toneOf(row)}>{signed(row.delta)}</span>,
          },
        ]}
      />
      <ProbesOfBoth edit={edit} labels={labels} />
      <h3>{l10n.t('Answers by layer')}</h3>
      <LinePicture label={l10n.t('Log probability of the answers by layer on both sides')} chart={chart} />
      <h3>{l10n.t('Distance moved in the residual stream')}</h3>
      <MovedMaps edit={edit} labels={labels} />
    </section>
  );
}

function shownValue({ measure }: MeasureRow, value: number | null): string {
  return measure.unit === 'share' ? share(value) : magnitude(value);
}

/** Whether the second side is better or worse, said by color and by the sign. */
function toneOf({ measure, delta }: MeasureRow): string {
  if (delta === null || delta === 0) return 'muted';
  return delta > 0 === (measure.better === 'higher') ? 'better' : 'worse';
}
