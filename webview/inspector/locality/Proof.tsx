import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { RevertProof } from '../../../src/protocol/inspector.ts';
import { count } from '../../../src/text/numbers.ts';

/** What the revert left behind: nothing, bit for bit, or how much. */
export function Proof({ proof: { logits, different } }: { readonly proof: RevertProof }): VNode {
  if (different === 0) {
    return (
      <p class="proof proof-exact" role="status">
        ✓{' '}
        {l10n.t('Reverted exactly: all {0} logits of the prompt are bitwise what they were.', count(logits))}
      </p>
    );
  }
  return (
    <p class="proof proof-broken" role="alert">
      ✗{' '}
      {l10n.t('{0} of {1} logits of the prompt differ from what they were.', count(different), count(logits))}
    </p>
  );
}
