import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';

interface VerdictProps {
  readonly before: boolean | null;
  readonly after: boolean | null;
}

/** Whether a probe passes, and whether it did before; a shape and a word, never colour alone. */
export function Verdict({ before, after }: VerdictProps): VNode {
  if (after === null) {
    return (
      <span class="muted" title={l10n.t('Not judged')}>
        –<span class="unseen">{l10n.t('not judged')}</span>
      </span>
    );
  }
  const was = before === after ? '' : before === true ? l10n.t('passed before') : l10n.t('failed before');
  return (
    <span class={after ? 'verdict verdict-pass' : 'verdict verdict-fail'} title={was}>
      <span aria-hidden="true">{after ? '✓' : '✗'}</span> {after ? l10n.t('pass') : l10n.t('fail')}
      {was !== '' && <span class="unseen"> ({was})</span>}
    </span>
  );
}
