import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Traced } from '../../src/protocol/review.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { Bar } from '../charts/Bar.tsx';

interface TracedFactProps {
  readonly subjects: readonly Traced[];
  readonly objects: readonly Traced[];
}

/** What the change is about and what the candidate says of it, each with the runners-up: how plain it is, one sees. */
export function TracedFact({ subjects, objects }: TracedFactProps): VNode {
  return (
    <div class="traced">
      <TracedList
        title={l10n.t('Subject (strongest key match)')}
        unit={l10n.t('response; 1 for the median name')}
        items={subjects}
      />
      <TracedObjects objects={objects} />
    </div>
  );
}

/** What the candidate says of a subject, each answer with what it gained. */
export function TracedObjects({ objects }: Pick<TracedFactProps, 'objects'>): VNode {
  return (
    <TracedList
      title={l10n.t('What the candidate now says about it')}
      unit={l10n.t('nats gained, by probability')}
      items={objects}
    />
  );
}

interface TracedListProps {
  readonly title: string;
  readonly unit: string;
  readonly items: readonly Traced[];
}

const limit = 6;

function TracedList({ title, unit, items }: TracedListProps): VNode {
  // what answers not at all is no runner-up
  const found = items.filter(({ score }) => score > 0).slice(0, limit);
  const largest = Math.max(0, ...found.map(({ score }) => score));
  return (
    <div class="traced-list">
      <h4>{title}</h4>
      {found.length === 0 ? (
        <p class="muted">{l10n.t('not found')}</p>
      ) : (
        <ol>
          {found.map(({ text, score }, place) => (
            <li key={place} class={place === 0 ? 'traced-first' : undefined}>
              <span class="traced-text">{visible(text)}</span>
              <Bar share={largest > 0 ? score / largest : 0} tone="after" />
              <span class="number">{magnitude(score)}</span>
            </li>
          ))}
        </ol>
      )}
      {found.length > 0 && <p class="muted hint">{unit}</p>}
    </div>
  );
}
