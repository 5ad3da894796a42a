import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import { headlinesOf, protocolsOf } from './headlines.ts';

/** The headline numbers, and below them by which protocol and over how many cases each was taken. */
export function Headlines({ measurement }: { readonly measurement: Measurement }): VNode {
  const headlines = headlinesOf(measurement);
  const notes = protocolsOf(headlines);
  return (
    <section class="headlines" aria-label={l10n.t('Headline numbers')}>
      <dl>
        {headlines.map(({ name, meaning, before, after, interval, cases }) => (
          <div key={name} class="headline" title={meaning}>
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
