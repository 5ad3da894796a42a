import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ComparedEditResult } from '../../../src/protocol/comparison.ts';
import type { ProbeComparison } from '../../../src/protocol/probe.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { magnitude, signed } from '../../../src/text/numbers.ts';
import { TopToken } from '../../inspector/locality/TopToken.tsx';
import { factName, kindName } from '../../inspector/names.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { type ProbeRow, probeRows } from './comparedRows.ts';

interface ProbesOfBothProps {
  readonly edit: ComparedEditResult;
  readonly labels: readonly [string, string];
}

/** Every probe under both sides, what differs first. */
export function ProbesOfBoth({ edit, labels }: ProbesOfBothProps): VNode {
  const rows = useMemo(() => probeRows(edit.measured), [edit]);
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const differing = rows.filter(({ differs }) => differs);
  const answer = (side: 0 | 1) => ({
    name: labels[side],
    cell: ({ sides }: ProbeRow) => <Answer comparison={sides[side]} />,
  });
  return (
    <>
      <div class="toolbar">
        <Checkbox checked={onlyDifferent} onChange={setOnlyDifferent}>
          {l10n.t('Different only ({0} of {1})', differing.length, rows.length)}
        </Checkbox>
      </div>
      <DataTable
        label={l10n.t('Probes on both sides: {0}', factName(edit))}
        rows={onlyDifferent ? differing : rows}
        columns={[
          { name: l10n.t('Prompt'), cell: ({ sides: [{ probe }] }: ProbeRow) => shownPrompt(probe.prompt) },
          {
            name: l10n.t('Kind'),
            cell: ({ sides: [{ probe }] }) => <span class="whole">{kindName(probe.kind)}</span>,
          },
          answer(0),
          answer(1),
          {
            name: l10n.t('Δ NLL new'),
            hint: l10n.t('NLL of the new answer, second − first, in nats'),
            number: true,
            cell: ({ nllNew }) => signed(nllNew),
          },
          ...([0, 1] as const).map((side) => ({
            name: l10n.t('KL, {0}', labels[side]),
            hint: l10n.t('KL(before ‖ after) of the next token, nats'),
            number: true,
            cell: ({ sides }: ProbeRow) => magnitude(sides[side].kl),
          })),
          {
            name: l10n.t('Δ KL'),
            hint: l10n.t('Second − first'),
            number: true,
            cell: ({ kl }) => signed(kl),
          },
        ]}
      />
    </>
  );
}

/** The likeliest token after, and whether the probe passes by its protocol. */
function Answer({ comparison: { after, passedAfter } }: { readonly comparison: ProbeComparison }): VNode {
  return (
    <span class="compared-answer">
      {passedAfter !== null && (
        <span class={passedAfter ? 'better' : 'worse'}>
          {passedAfter ? '✓' : '✗'}
          <span class="unseen">{passedAfter ? l10n.t('pass') : l10n.t('fail')}</span>
        </span>
      )}
      <TopToken top={after.top[0]} tone="after" />
    </span>
  );
}
