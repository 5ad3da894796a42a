import { median } from '../../numeric/median.ts';
import { type Change, spikesOf } from '../difference/change.ts';
import { verdictRules } from '../rules.ts';

const { outOfLine: bound, minOthers, tensorSlack } = verdictRules;

/** Matrices that an editing method rewrites: what writes to the residual stream, and the MLP around it. */
export const isWriter = ({ role }: Change): boolean =>
  /^(ffn_(down|up|gate)|attn_output)(_exps)?$/.test(role);

/**
 * Single matrices whose change stands out of those around them: an edit that was made before or after training, or
 * among changes that are to hide it. Each is held against the same matrix of the other layers, or where they did not
 * change, against all that did.
 */
export function outOfLine(real: readonly Change[]): Change[] {
  return real
    .filter((change) => isWriter(change) && spikesOf(change) > 0 && change.relative > change.floor)
    .filter((change) => {
      const others = real.filter((other) => other !== change && other.spectrum !== undefined);
      const same = others.filter(({ role }) => role === change.role);
      const usual = median((same.length >= minOthers.value ? same : others).map(leading));
      return others.length >= minOthers.value && leading(change) >= bound.value * usual;
    })
    .sort((a, b) => leading(b) - leading(a));
}

/**
 * Did the same matrix of other layers move about as far, rounded as it was? Rounding of one model to one type varies by
 * less than the slack that a tensor has, so what is within that of the others was not singled out.
 */
export function isInLine(change: Change, changes: readonly Change[]): boolean {
  const others = changes.filter((other) => other !== change && other.role === change.role && other.floor > 0);
  if (change.floor === 0 || others.length < minOthers.value) return false;
  return change.relative <= tensorSlack.value * median(others.map(({ relative }) => relative));
}

/** σ₁ / ‖W‖ */
function leading({ spectrum, diff }: Change): number {
  const [first] = spectrum?.values ?? [];
  return first === undefined ? 0 : first / (diff.baseNorm || 1);
}
