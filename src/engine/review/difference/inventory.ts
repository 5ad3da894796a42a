import type { GgufHeader } from '../../../protocol/gguf.ts';
import type { Inventory } from '../../../protocol/review.ts';
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
  const [, layer, rest] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  const role = (rest ?? name).replace(/\.weight$/, '');
  return { layer: layer === undefined ? null : Number(layer), role };
}

/** Architectures that differ make two models, not two checkpoints of one. */
export function architectureOf(header: GgufHeader): string {
  const value = header.metadata.get('general.architecture');
  return value?.type === 'string' ? value.value : '';
}
