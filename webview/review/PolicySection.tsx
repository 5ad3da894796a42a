import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { PolicyState } from '../../src/protocol/reviewPage.ts';
import { visible } from '../../src/text/visible.ts';
import { Button } from '../ui/Button.tsx';
import type { Act } from './reviewHost.ts';

interface PolicySectionProps {
  readonly policy: PolicyState | null;
  readonly act: Act;
}

/** What the chosen policy says of the candidate, rule by rule. */
export function PolicySection({ policy, act }: PolicySectionProps): VNode {
  return (
    <section class="policy" aria-label={l10n.t('Policy')}>
      <p class="policy-line">
        <Outcome policy={policy} />
        <span class="spring" />
        {policy?.file === true && <Button onClick={() => act('openPolicy')}>{l10n.t('Open Policy')}</Button>}
        <Button onClick={() => act('choosePolicy')}>{l10n.t('Choose Policy…')}</Button>
      </p>
      {policy?.from != null && (
        <p class="muted policy-from">{l10n.t('Policy from {0}', visible(policy.from))}</p>
      )}
      {policy?.problem != null && <p class="complaint prose">{visible(policy.problem)}</p>}
      {policy !== null && (policy.violations ?? []).length > 0 && (
        <ul>
          {policy.violations?.map(({ rule, text }, place) => (
            <li key={place}>
              <code>{rule}</code> {visible(text)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Outcome({ policy }: { readonly policy: PolicyState | null }): VNode {
  if (policy === null) {
    return (
      <span class="muted">{l10n.t('No policy is chosen, so the review neither passes nor fails.')}</span>
    );
  }
  const { name, violations } = policy;
  if (violations === null) return <span>{l10n.t('Policy {0}', name)}</span>;
  const passed = violations.length === 0;
  return (
    <span class={passed ? 'verdict verdict-pass' : 'verdict verdict-fail'}>
      <span aria-hidden="true">{passed ? '✓' : '✗'}</span>{' '}
      {passed ? l10n.t('{0} is met', name) : l10n.t('{0} is not met', name)}
    </span>
  );
}
