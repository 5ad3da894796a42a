import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ProbeComparison, TokenProbability } from '../../src/protocol/probe.ts';
import { shownPrompt } from '../../src/protocol/promptWords.ts';
import type { Behaviour } from '../../src/protocol/review.ts';
import { magnitude, probability } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { TopToken } from '../inspector/locality/TopToken.tsx';
import { Verdict } from '../inspector/locality/Verdict.tsx';

interface AnswersProps {
  readonly behaviour: Behaviour;
  /** What the candidate says with the reversal on, by probe; null where it is off. */
  readonly now: readonly TokenProbability[] | null;
}

/** More probes than a person reads here; the report has them all. */
const limit = 200;

/** What base and candidate say to the same prompts, and the candidate with the reversal where that is on. */
export function Answers({ behaviour: { probes, drift }, now }: AnswersProps): VNode {
  const judged = probes.some(({ passedAfter }) => passedAfter !== null);
  return (
    <section class="answers">
      <h2>{l10n.t('Answers of both')}</h2>
      {probes.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard
        <div class="table-scroll" role="region" tabIndex={0} aria-label={l10n.t('Probes before and after')}>
          <table>
            <thead>
              <tr>
                {judged && <th scope="col">{l10n.t('Verdict')}</th>}
                <th scope="col">{l10n.t('Prompt')}</th>
                <th scope="col">{l10n.t('Likeliest next token')}</th>
                <th scope="col" class="number" title={l10n.t('KL(base ‖ candidate) of the next token, nats')}>
                  KL
                </th>
              </tr>
            </thead>
            <tbody>
              {probes.slice(0, limit).map((comparison, index) => (
                <ProbeRow key={index} comparison={comparison} judged={judged} now={now?.[index]} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {probes.length > limit && (
        <p class="muted">{l10n.t('and {0} more in the report', probes.length - limit)}</p>
      )}
      <p class="muted">
        {l10n.t(
          'Drift on control text: {0} nats a token; likeliest token the same at {1}; perplexity {2} → {3}.',
          magnitude(drift.meanKl),
          probability(drift.sameTop),
          magnitude(drift.perplexityBefore),
          magnitude(drift.perplexityAfter),
        )}
      </p>
    </section>
  );
}

interface ProbeRowProps {
  readonly comparison: ProbeComparison;
  readonly judged: boolean;
  readonly now: TokenProbability | undefined;
}

function ProbeRow({ comparison, judged, now }: ProbeRowProps): VNode {
  const { probe, before, after, kl } = comparison;
  return (
    <tr>
      {judged && (
        <td>
          <Verdict comparison={comparison} />
        </td>
      )}
      <th scope="row" class="answer-prompt">
        {visible(shownPrompt(probe.prompt))}
      </th>
      <td>
        <div class="answer-tokens">
          <span class="muted">{l10n.t('base')}</span>
          <TopToken top={before.top[0]} tone="before" />
          <span class="muted">{l10n.t('candidate')}</span>
          <TopToken top={after.top[0]} tone="after" />
          {now !== undefined && (
            <>
              <span class="muted">{l10n.t('undone')}</span>
              <TopToken top={now} tone="before" />
            </>
          )}
        </div>
      </td>
      <td class="number">{magnitude(kl)}</td>
    </tr>
  );
}
