import type { Inventory } from '../../../protocol/review.ts';
import { inLayer } from '../../gguf/names.ts';
import { isRetyped, type Pairing } from './pairs.ts';
import type { TensorDiff } from './tensorDiff.ts';

/** What two models hold, side by side. */
export function inventoryOf(
  files: Pick<Inventory, 'metadata' | 'layout' | 'hidden'>,
  pairing: Pairing,
  diffs: readonly TensorDiff[],
): Inventory {
  return {
    ...files,
    added: pairing.added.map(({ name }) => name),
    removed: pairing.removed.map(({ name }) => name),
    reshaped: pairing.reshaped.map(({ name }) => name),
    tensors: pairing.pairs.length,
    equal: diffs.filter(({ equal }) => equal).length,
    retyped: pairing.pairs.filter(isRetyped).length,
  };
}

/** The layer that a tensor belongs to, and what it is there: `blk.3.ffn_down.weight` is ffn_down of layer 3. */
export function placeOf(name: string): { readonly layer: number | null; readonly role: string } {
  const { layer = null, rest = name } = inLayer(name) ?? {};
  return { layer, role: rest.replace(/\.weight$/, '') };
}
