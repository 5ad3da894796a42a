import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { visible } from '../../src/text/visible.ts';

/** What the edits were computed with, under the names that the file gives. */
export function Hyperparameters({
  values,
}: {
  readonly values: Readonly<Record<string, unknown>>;
}): VNode | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="hyperparameters">
      <h2 id="hyperparameters">{l10n.t('Hyperparameters')}</h2>
      <dl class="pairs">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt class="mono">{visible(name)}</dt>
            <dd class="mono value">
              {visible(typeof value === 'object' ? JSON.stringify(value) : String(value))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
