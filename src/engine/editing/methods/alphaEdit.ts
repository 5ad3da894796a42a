import { InputError } from '../../errors.ts';
import { type BatchMethod, subspaceOf } from './batchMethod.ts';

/**
 * AlphaEdit (2410.02355, equation 14): Δ = R K₁ᵀP (K_pK_pᵀP + K₁K₁ᵀP + L2·I)⁻¹. P projects on the null space of the
 * keys that the model uses, so that what it knew stays; K_p are the keys of earlier batches, which stay as well. Since
 * P is a projection this is the lower part of (BᵀB + L2·I)⁻¹Bᵀ with B = P[K_p K₁]: a system of as many rows as edits.
 * `memory` holds B and the factor of that system.
 *
 * It cannot find room in a small model for ever: once the edits' projected keys fill the null space, they disturb each
 * other.
 */
export const alphaEdit: BatchMethod = {
  needs: ['nullSpace'],
  async rows(input, { signal } = {}) {
    const { keys, memory } = input;
    const nullSpace = subspaceOf(input, 'nullSpace');
    if (nullSpace.dimension === 0) {
      throw new InputError(
        'The keys of this layer use every direction, so that AlphaEdit has no null space; take another layer or method.',
      );
    }
    const first = memory.size;
    await memory.add(await nullSpace.project(keys, signal), signal);
    return await memory.rowsFrom(first, signal);
  },
};
