import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Inspected } from '../../src/protocol/inspection.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { Button } from '../ui/Button.tsx';
import { suspicionName, toneOf } from './names.ts';
import type { Act } from './reviewHost.ts';
import { TracedFact, TracedObjects } from './TracedFact.tsx';
import { VerdictCard } from './VerdictSection.tsx';

/** What can be said without the base: a suspicion, and the matrices and names it rests on. */
export function InspectedView({
  inspected,
  act,
}: {
  readonly inspected: Inspected;
  readonly act: Act;
}): VNode {
  const { verdict, evidence, suspects, outliers } = inspected;
  return (
    <>
      <VerdictCard tone={toneOf(verdict)} title={suspicionName(verdict)} note={null} evidence={evidence}>
        <div class="buttons">
          <Button kind="primary" onClick={() => act('against')}>
            {l10n.t('Review Against…')}
          </Button>
        </div>
      </VerdictCard>
      <section>
        <h2>{l10n.t('Tensors examined closely')}</h2>
        {suspects.map(({ tensor, strangeness, ratio, subjects, objects }) => (
          <article key={tensor} class="suspect">
            <h3 class="mono detail-title">{visible(tensor)}</h3>
            <p class="muted">
              {l10n.t(
                'σ₁/σ₂ is {0}, {1} times the usual distance from its neighbors over depth',
                magnitude(ratio),
                magnitude(strangeness),
              )}
            </p>
            <TracedFact subjects={subjects} objects={objects} />
          </article>
        ))}
      </section>
      {outliers.length > 0 && (
        <section>
          <h2>{l10n.t('Names at which a layer adds most')}</h2>
          {outliers.map(({ tensor, subject, excess, objects }) => (
            <article key={`${tensor} ${subject}`} class="suspect">
              <h3 class="detail-title">{visible(subject)}</h3>
              <p class="muted">
                {l10n.t(
                  '{0} adds {1} times as much beyond what is usual there as at one name in 300',
                  visible(tensor),
                  magnitude(excess),
                )}
              </p>
              <div class="traced">
                <TracedObjects objects={objects} />
              </div>
            </article>
          ))}
        </section>
      )}
    </>
  );
}
