import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { traceFacts } from './traceFacts.ts';

/** What was traced and how, and the two probabilities whose difference is the total effect. */
export function TraceFacts({ trace }: { readonly trace: CausalTrace }): VNode {
  return (
    <section class="facts trace-facts" aria-label={l10n.t('The trace')}>
      <dl>
        {traceFacts(trace).map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
