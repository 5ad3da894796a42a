import { at } from '../../numeric/at.ts';
import { dotAt } from '../../numeric/dotAt.ts';
import { symmetricEigen } from '../../numeric/symmetricEigen.ts';
import type { Work } from '../../work/progress.ts';
import type { RankOneUpdate } from './update.ts';

/** A matrix cut to its largest singular directions. */
export interface LowRank {
  /** From the smallest direction to the largest. */
  readonly updates: RankOneUpdate[];
  /** The share of ‖ΔW‖² in the directions that were left out. */
  readonly lostEnergy: number;
}

/**
 * The truncated SVD of ΔW by the eigenvectors of ΔWΔWᵀ: ΔW ≈ Σ u (ΔWᵀu)ᵀ over the fewest directions that leave out no
 * more than `tolerance` of its energy. Where they are more than half of all, ΔW is kept whole, row by row.
 *
 * @param delta ΔW, shape [height x width]
 */
export async function lowRank(
  delta: Float64Array,
  height: number,
  tolerance: number,
  work: Work = {},
): Promise<LowRank> {
  const width = delta.length / height;
  const gram = new Float64Array(height * height);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dotAt(delta, i * width, delta, j * width, width);
      gram[i * height + j] = product;
      gram[j * height + i] = product;
    }
  }
  const { values, vectors } = await symmetricEigen(height, gram, work);
  const energies = values.map((value) => Math.max(0, value));
  const order = Array.from(energies.keys()).sort((a, b) => (energies[a] as number) - (energies[b] as number));
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  let lost = 0;
  let first = 0;
  for (; first < height - 1; first++) {
    const next = lost + at(energies, at(order, first));
    if (next > tolerance * total) break;
    lost = next;
  }
  if (height - first > height / 2) return { updates: rows(delta, height), lostEnergy: 0 };
  const updates = order.slice(first).map((k) => {
    const left = vectors.slice(k * height, (k + 1) * height);
    const right = new Float64Array(width);
    for (let i = 0; i < height; i++) {
      const x = left[i] as number;
      for (let j = 0; j < width; j++) right[j] = (right[j] as number) + x * (delta[i * width + j] as number);
    }
    return { left, right };
  });
  return { updates, lostEnergy: total === 0 ? 0 : lost / total };
}

/** The rows of ΔW, the largest last. */
function rows(delta: Float64Array, height: number): RankOneUpdate[] {
  const width = delta.length / height;
  const size = (i: number) => dotAt(delta, i * width, delta, i * width, width);
  return Array.from({ length: height }, (_, i) => i)
    .sort((a, b) => size(a) - size(b))
    .map((i) => {
      const left = new Float64Array(height);
      left[i] = 1;
      return { left, right: delta.slice(i * width, (i + 1) * width) };
    });
}
