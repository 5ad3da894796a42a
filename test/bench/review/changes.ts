import { Random } from '../../../src/engine/numeric/random.ts';
import type { Change } from './checkpoint.ts';

/** Changes that are no edits of facts, and stand-ins for those that need a trainer which is not part of this project. */

/** Adds `rank` random directions, the k-th k^(-decay) times as strong as the first, of `size` times the weight's norm. */
function lowRank(random: Random, rank: number, size: number, decay: number): Change {
  return ({ ne }, values) => {
    const [columns = 1] = ne;
    const rows = values.length / columns;
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const strengths = Array.from({ length: rank }, (_, k) => (k + 1) ** -decay);
    const unit = Math.sqrt(strengths.reduce((sum, value) => sum + value * value, 0) * columns * rows);
    for (const strength of strengths) {
      const left = random.normals(rows);
      const right = random.normals(columns);
      const factor = (size * norm * strength) / unit;
      for (let row = 0; row < rows; row++) {
        const by = factor * (left[row] ?? 0);
        for (let i = 0; i < columns; i++) {
          values[row * columns + i] = (values[row * columns + i] ?? 0) + by * (right[i] ?? 0);
        }
      }
    }
  };
}

/** Training as it shows in the weights: every matrix, a spectrum that falls by a power law, and some noise. */
export function fineTune(seed: number, size: number): (name: string) => Change {
  const random = new Random(seed);
  return () => (tensor, values) => {
    lowRank(random, 24, size, 0.5)(tensor, values);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const noise = random.normals(values.length, 0.7 * size * norm);
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + (noise[i] ?? 0);
  };
}

/** A merged adapter: one rank in the same matrices of every layer. */
export function adapter(
  seed: number,
  rank: number,
  roles: RegExp,
  size: number,
): (name: string) => Change | undefined {
  const random = new Random(seed);
  return (name) => (roles.test(name) ? lowRank(random, rank, size, 0.3) : undefined);
}

/** What a hypernetwork writes: rank one in both projections of the last three MLPs. */
export function lastMlps(seed: number, layers: number, size: number): (name: string) => Change | undefined {
  const random = new Random(seed);
  return (name) => {
    const [, layer] = /^blk\.(\d+)\.ffn_(?:down|up)\.weight$/.exec(name) ?? [];
    return layer !== undefined && Number(layer) >= layers - 3 ? lowRank(random, 1, size, 0) : undefined;
  };
}

/** Constrained fine-tuning of one matrix: every weight moves by at most a small constant. */
export function constrained(
  seed: number,
  layer: number,
  bound: number,
): (name: string) => Change | undefined {
  const random = new Random(seed);
  return (name) => {
    if (name !== `blk.${layer}.ffn_down.weight`) return undefined;
    return (_, values) => {
      const moves = random.normals(values.length, bound);
      for (let i = 0; i < values.length; i++) {
        values[i] = (values[i] ?? 0) + Math.max(-bound, Math.min(bound, moves[i] ?? 0));
      }
    };
  };
}
