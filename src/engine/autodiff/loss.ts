import { f32, type Tensor } from '../llama/graph.ts';
import type { Twin } from './twin.ts';

/** What one row of the logits is held to. Target rows come first, then the rows to keep. */
export type Supervision =
  /** weight x -log p(token) */
  | { readonly kind: 'target'; readonly token: number; readonly weight: number }
  /** weight x KL(now || before the edit) */
  | { readonly kind: 'keep'; readonly weight: number };

/** Below this a probability counts as this: its logarithm stays finite. */
export const smallest = 1e-30;

/**
 * d loss / d logits. For a target row weight (p - onehot); for a kept row, with KL(p || q) = sum p (log p - log q),
 * weight p (log p - log q - KL).
 */
export function lossGradient(twin: Twin, supervision: readonly Supervision[], logits: Float32Array) {
  const { graph } = twin;
  const [vocabulary, rows] = twin.logits.ne;
  if (rows !== supervision.length)
    throw new Error(`${rows} rows of logits for ${supervision.length} supervisions`);
  const targets = supervision.filter((row) => row.kind === 'target');
  const kept = supervision.filter((row) => row.kind === 'keep');
  const probabilities = graph.softMax(twin.logits);
  const part = (first: number, count: number) =>
    graph.view(probabilities, [vocabulary, count, 1, 1], probabilities.nb, first * probabilities.nb[1]);

  const oneHot = new Float32Array(vocabulary * targets.length);
  for (const [row, { token }] of targets.entries()) oneHot[row * vocabulary + token] = 1;
  const difference = graph.sub(
    part(0, targets.length),
    twin.input(f32, [vocabulary, targets.length], oneHot),
  );
  const targetSeed = graph.mul(difference, rowWeights(twin, targets));
  if (kept.length === 0) return { probabilities, divergence: undefined, seed: targetSeed };

  const before = logSoftmax(logits.subarray(targets.length * vocabulary), vocabulary);
  const now = part(targets.length, kept.length);
  const logRatio = graph.sub(
    graph.log(graph.clamp(now, smallest, 1)),
    twin.input(f32, [vocabulary, kept.length], before),
  );
  const divergence = graph.sumRows(graph.mul(now, logRatio));
  const keepSeed = graph.mul(graph.mul(now, graph.sub(logRatio, divergence)), rowWeights(twin, kept));
  return { probabilities, divergence, seed: graph.concat(targetSeed, keepSeed, 1) };
}

function rowWeights(twin: Twin, rows: readonly Supervision[]): Tensor {
  return twin.input(
    f32,
    [1, rows.length],
    Float32Array.from(rows, ({ weight }) => weight),
  );
}

function logSoftmax(logits: Float32Array, vocabulary: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += vocabulary) {
    const row = logits.subarray(start, start + vocabulary);
    let max = Number.NEGATIVE_INFINITY;
    for (const x of row) if (x > max) max = x;
    let sum = 0;
    for (const x of row) sum += Math.exp(x - max);
    const normaliser = max + Math.log(sum);
    const floor = Math.log(smallest);
    for (let i = 0; i < vocabulary; i++) result[start + i] = Math.max((row[i] as number) - normaliser, floor);
  }
  return result;
}
