import type { GgufHeader, TensorInfo } from '../../../protocol/gguf.ts';
import { openFile } from '../../files/source.ts';
import { alphaOf, expectFits } from '../../gguf/adapter.ts';
import { type FactorPair, factorPairs, isLookedUp } from '../../gguf/factors.ts';
import { readHeader } from '../../gguf/header.ts';
import { expectAdapter } from '../../gguf/kind.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import { turn } from '../../work/turn.ts';

/** What one adapter adds to a weight, and where its factors are read from. */
export interface Term {
  readonly path: string;
  readonly pair: FactorPair;
  /** What the product of the factors is multiplied with. */
  readonly scale: number;
}

/** Rows of one of a weight's matrices. */
export interface RowBlock {
  /** Which matrix; experts have one each. */
  readonly matrix: number;
  readonly first: number;
  readonly count: number;
}

/**
 * What LoRA adapters together add to each weight, by the weight's name.
 *
 * @throws InputError for a file that is no adapter, or one for another model
 */
export async function adapterTerms(
  patches: readonly { readonly path: string; readonly strength: number }[],
  model: GgufHeader,
): Promise<Map<string, Term[]>> {
  const terms = new Map<string, Term[]>();
  for (const { path, strength } of patches) {
    if (strength === 0) continue;
    await using source = await openFile(path);
    const header = await readHeader(source);
    expectAdapter(header);
    expectFits(header, model);
    const alpha = alphaOf(header);
    for (const pair of factorPairs(header)) {
      // as llama.cpp scales an adapter (llama_adapter_lora_weight::get_scale)
      const scale = alpha === 0 ? strength : (strength * alpha) / pair.rank;
      terms.set(pair.weight, [...(terms.get(pair.weight) ?? []), { path, pair, scale }]);
    }
  }
  return terms;
}

/** The factors of one term for a block of rows: rows[row][r] and directions[r][column], not scaled. */
export interface Factors {
  /** Shape [count x rank] */
  readonly rows: Float32Array;
  /** Shape [rank][columns] */
  readonly directions: readonly Float32Array[];
}

export async function readFactors(
  runtime: Runtime,
  { path, pair }: Term,
  { matrix, first, count }: RowBlock,
): Promise<Factors> {
  const [, height] = pair.ne;
  return {
    rows: await read(runtime, path, pair.rows, matrix * height + first, [pair.rank, count]),
    directions: await directionsOf(runtime, path, pair, matrix),
  };
}

/**
 * Adds ΔW to a block of rows, shape [count x columns]: each product in float64, each sum in F32, one after the other, so
 * that every machine comes to the same bytes.
 */
export async function addDelta(
  runtime: Runtime,
  terms: readonly Term[],
  block: RowBlock,
  into: Float32Array,
  signal?: AbortSignal,
): Promise<void> {
  for (const term of terms) {
    const { rows, directions } = await readFactors(runtime, term, block);
    const { rank } = term.pair;
    const [columns] = term.pair.ne;
    for (let row = 0; row < block.count; row++) {
      await turn(signal);
      const own = into.subarray(row * columns, (row + 1) * columns);
      for (const [r, direction] of directions.entries()) {
        const factor = term.scale * (rows[row * rank + r] as number);
        for (let i = 0; i < columns; i++) own[i] = (own[i] as number) + factor * (direction[i] as number);
      }
    }
  }
}

/** The rows of the right factor. Shape [rank][columns] */
async function directionsOf(
  runtime: Runtime,
  path: string,
  { weight, rank, ne: [columns], columns: stored }: FactorPair,
  matrix: number,
): Promise<Float32Array[]> {
  const ranks = Array.from({ length: rank }, (_, r) => r);
  if (isLookedUp(weight)) {
    const values = await read(runtime, path, stored, 0, [rank, columns]);
    return ranks.map((r) => Float32Array.from({ length: columns }, (_, i) => values[i * rank + r] as number));
  }
  const values = await read(runtime, path, stored, matrix * rank, [columns, rank]);
  return ranks.map((r) => values.subarray(r * columns, (r + 1) * columns));
}

/** A part of a factor of shape `ne`, from the row `from` on, all matrices counted through. */
async function read(
  runtime: Runtime,
  path: string,
  { type, ne: [width = 1], offset }: TensorInfo,
  from: number,
  ne: readonly [number, number],
): Promise<Float32Array> {
  await using source = await openFile(path);
  const row = (width / type.blockSize) * type.typeSize;
  return dequantise(runtime, type.id, await source.read(offset + from * row, ne[1] * row), ne);
}
