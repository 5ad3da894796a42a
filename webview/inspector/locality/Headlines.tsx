import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import type { TargetReading } from '../../../src/protocol/probe.ts';
import { headlinesOf, protocolsOf } from './headlines.ts';

/** The headline numbers, and below them by which protocol and over how many cases each was taken. */
export function Headlines({ measurement }: { readonly measurement: Measurement }): VNode {
  const headlines = headlinesOf(measurement);
  const notes = protocolsOf(headlines);
  const tokens = tokensOf(measurement);
  return (
    <section class="headlines" aria-label={l10n.t('Headline numbers')}>
      <dl>
        {headlines.map(({ name, meaning, before, after, interval, cases, protocol }) => (
          <div
            key={name}
            class="headline"
            title={[meaning, cases, tokens, protocol].filter((part) => part !== '').join('\n')}
          >
            <dt>{name}</dt>
            <dd class="headline-after">{after}</dd>
            <dd class="muted headline-note">
              {interval ?? (before === null ? '\u00a0' : l10n.t('was {0}', before))}
              <span class="unseen">
                {meaning}; {cases}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <details class="protocols">
        <summary>
          {l10n.t('Protocols')}:{' '}
          {notes.map(({ names, cases }) => l10n.t('{0} over {1}', names, cases)).join('; ')}
        </summary>
        <ul>
          {notes.map(({ names, protocol }) => (
            <li key={names}>
              <b>{names}</b> · <span class="muted">{protocol}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/** The tokens of the two answers as the model reads them, which the averages are taken over. */
function tokensOf({ edit: { probes } }: Measurement): string {
  const [own] = probes;
  const { new: fresh, true: old } = own?.after ?? {};
  const count = (reading: TargetReading | undefined) => reading?.argmax.length;
  const told = [
    [own?.probe.targetNew, count(fresh)] as const,
    [own?.probe.targetTrue, count(old)] as const,
  ].flatMap(([answer, tokens]) =>
    answer === undefined || tokens === undefined
      ? []
      : [tokens === 1 ? l10n.t('{0}: 1 token', answer) : l10n.t('{0}: {1} tokens', answer, tokens)],
  );
  return told.join(', ');
}
