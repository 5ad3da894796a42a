import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Behaviour, UndoPatch } from '../../src/protocol/review.ts';
import type { UndoPatchState } from '../../src/protocol/reviewPage.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { Button } from '../ui/Button.tsx';
import type { Act } from './reviewHost.ts';

interface UndoPatchSectionProps {
  readonly reversal: UndoPatch;
  readonly behaviour: Behaviour | null;
  readonly state: UndoPatchState;
  readonly act: Act;
}

/** The patch that takes the finding out: what it was measured to restore, where it is, and whether it is on. */
export function UndoPatchSection({ reversal, behaviour, state, act }: UndoPatchSectionProps): VNode {
  const { measured } = reversal;
  return (
    <section class="reversal">
      <h2>{l10n.t('Reversal')}</h2>
      <p class="prose">
        {tookOut(reversal)}{' '}
        {measured !== null &&
          l10n.t(
            'Measured: it restores {0} of {1} answers; KL to the base {2} → {3} nats.',
            Math.round(measured.restored * measured.probes),
            measured.probes,
            magnitude(measured.klBefore),
            magnitude(measured.klAfter),
          )}{' '}
        {measured !== null &&
          l10n.t(
            'Rounding of activations alone keeps {0} of them, at a KL of {1} nats.',
            Math.round(measured.noise.restored * measured.probes),
            magnitude(measured.noise.kl),
          )}
      </p>
      <div class="buttons">
        <Button onClick={() => act('writeReversal')}>{l10n.t('Write Reversal Patch…')}</Button>
        {state.on ? (
          <Button onClick={() => act('revertReversal')}>{l10n.t('Switch It Off')}</Button>
        ) : (
          state.applicable && (
            <Button kind="primary" onClick={() => act('applyReversal')}>
              {state.patch === null ? l10n.t('Try It on the Candidate') : l10n.t('Apply It to the Candidate')}
            </Button>
          )
        )}
      </div>
      {state.patch !== null && <p class="muted written">{l10n.t('Written to {0}', state.patch)}</p>}
      {state.on && <p role="status">{restoredText(behaviour, state.now)}</p>}
    </section>
  );
}

/** The finding alone where that is enough, and all that differs where it was rounded anew. */
function tookOut({ rank, tensors, whole }: UndoPatch): string {
  const [first = ''] = tensors;
  if (whole) {
    return tensors.length === 1
      ? l10n.t('A patch reverses every difference in {0}, including its rounding.', first)
      : l10n.t('A patch reverses every difference in {0} tensors, including their rounding.', tensors.length);
  }
  return tensors.length === 1
    ? l10n.t('A patch of rank {0} removes the finding, and nothing else, from {1}.', rank, first)
    : l10n.t(
        'A patch of rank {0} removes the finding, and nothing else, from {1} tensors.',
        rank,
        tensors.length,
      );
}

/** Whether the base's likeliest token is back at each probe, as the candidate was asked just now. */
function restoredText(behaviour: Behaviour | null, now: UndoPatchState['now']): VNode {
  const probes = behaviour?.probes ?? [];
  if (now === null) return <span>{l10n.t('The patch is on.')}</span>;
  const back = probes.filter(({ before }, index) => before.top[0]?.id === now[index]?.id).length;
  const text =
    back === probes.length
      ? l10n.t('The patch is on: the candidate answers all {0} prompts as the base does.', back)
      : l10n.t(
          'The patch is on: the candidate answers {0} of {1} prompts as the base does.',
          back,
          probes.length,
        );
  return (
    <span class={back === probes.length ? 'verdict verdict-pass' : 'verdict verdict-fail'}>
      <span aria-hidden="true">{back === probes.length ? '✓' : '✗'}</span> {text}
    </span>
  );
}
