import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { holds } from '../../../src/protocol/outcome.ts';
import type { ProbeComparison } from '../../../src/protocol/probe.ts';

/**
 * Whether a probe holds, by its protocol and by its likeliest tokens, and whether it did before; a shape and a word,
 * never colour alone.
 */
export function Verdict({ comparison }: { readonly comparison: ProbeComparison }): VNode {
  const [before, after] = [holds(comparison, 'before'), holds(comparison)];
  if (after === null) {
    return (
      <span class="muted" title={l10n.t('Not judged')}>
        –<span class="unseen">{l10n.t('not judged')}</span>
      </span>
    );
  }
  const was = before === after ? '' : before === true ? l10n.t('passed before') : l10n.t('failed before');
  const only =
    !after && comparison.passedAfter === true
      ? l10n.t('passes by its protocol, but another answer is the likeliest')
      : '';
  const told = [only, was].filter((part) => part !== '').join('; ');
  return (
    <span class={after ? 'verdict verdict-pass' : 'verdict verdict-fail'} title={told}>
      <span aria-hidden="true">{after ? '✓' : '✗'}</span> {after ? l10n.t('pass') : l10n.t('fail')}
      {told !== '' && <span class="unseen"> ({told})</span>}
    </span>
  );
}
