import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ProbeComparison, Reading } from '../../../src/protocol/probe.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { magnitude } from '../../../src/text/numbers.ts';
import { TopToken } from './TopToken.tsx';
import { Verdict } from './Verdict.tsx';

/** One probe in two lines: before the edit above, after it below. */
export function ProbeCells({ comparison }: { readonly comparison: ProbeComparison }): VNode {
  const { probe, before, after, kl, changed } = comparison;
  const number = (name: string, of: (reading: Reading) => string) => (
    <div class={`cell cell-${name} pair`} role="gridcell">
      <span class="muted">{of(before)}</span>
      <span>{of(after)}</span>
    </div>
  );
  return (
    <>
      <div class="cell cell-verdict" role="gridcell">
        <Verdict comparison={comparison} />
      </div>
      <div class="cell cell-prompt" role="gridcell" title={shownPrompt(probe.prompt)}>
        <span class="clamped">{shownPrompt(probe.prompt)}</span>
        {probe.proposed && (
          <span class="tag" title={l10n.t('Proposed by the engine; nobody has checked it')}>
            {l10n.t('proposed')}
          </span>
        )}
      </div>
      <div class={changed ? 'cell cell-token pair changed' : 'cell cell-token pair'} role="gridcell">
        <TopToken top={before.top[0]} tone="before" />
        <TopToken top={after.top[0]} tone="after" />
      </div>
      {number('nll-new', (reading) => magnitude(reading.new?.nll))}
      {number('rank-new', (reading) => rank(reading.new?.rank))}
      {number('nll-true', (reading) => magnitude(reading.true?.nll))}
      {number('rank-true', (reading) => rank(reading.true?.rank))}
      <div class="cell cell-kl" role="gridcell">
        {magnitude(kl)}
      </div>
    </>
  );
}

const rank = (value: number | undefined): string => (value === undefined ? '–' : String(value));
