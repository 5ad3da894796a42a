import type { GgufHeader, TensorInfo } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { isMultiplied } from './types.ts';

/**
 * What a LoRA adapter adds to one weight: ΔW[row, column] = Σ over r of rows[r, row] · columns[r, column], matrix by
 * matrix where the weight holds one for each expert.
 */
export interface FactorPair {
  readonly weight: string;
  readonly rank: number;
  /** The shape of the weight, in ggml's order: its columns, its rows, its matrices. */
  readonly ne: readonly [number, number, number];
  /** Shape [rank, rows, matrices], in ggml's order. */
  readonly rows: TensorInfo;
  /** Shape [columns, rank, matrices], in ggml's order; of a weight that is looked up [rank, columns, 1]. */
  readonly columns: TensorInfo;
}

/**
 * A weight whose rows are looked up by token. llama.cpp looks its `lora_a` up as well, so that both factors have their
 * rank first (`llm_graph_context::build_inp_embd`).
 */
export const isLookedUp = (weight: string): boolean => weight.endsWith('token_embd.weight');

/** Tensors of an adapter that llama.cpp passes over: it has no use for norms yet. */
export function ignoredTensors(header: GgufHeader): string[] {
  return header.tensors
    .map(({ name }) => name)
    .filter((name) => !FACTOR.test(name) && name.endsWith('_norm.weight'));
}

/**
 * The factors of an adapter, in the order of their `lora_a`: `lora_a` is [columns, rank] and `lora_b` [rank, rows],
 * but for weights that are looked up.
 *
 * @throws InputError for a tensor without its other half or of a type or shape that ends llama.cpp when it multiplies
 */
export function factorPairs(header: GgufHeader): FactorPair[] {
  const tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const pairs: FactorPair[] = [];
  for (const tensor of header.tensors) {
    const [, weight, side] = FACTOR.exec(tensor.name) ?? [];
    if (weight === undefined) {
      if (tensor.name.endsWith('_norm.weight')) continue;
      throw new InputError(`${header.name} is damaged: ${quoted(tensor.name)} is not a LoRA factor.`);
    }
    expectMultiplied(header, tensor);
    const other = tensors.get(`${weight}.lora_${side === 'a' ? 'b' : 'a'}`);
    if (other === undefined) {
      throw new InputError(`${header.name} is damaged: ${quoted(tensor.name)} lacks its other factor.`);
    }
    if (side === 'a') pairs.push(pairOf(header, weight, tensor, other));
  }
  return pairs;
}

const FACTOR = /^(.+)\.lora_([ab])$/s;

function expectMultiplied({ name }: GgufHeader, tensor: TensorInfo): void {
  if (isMultiplied(tensor.type)) return;
  throw new InputError(
    `${name} stores ${quoted(tensor.name)} as ${tensor.type.name}, which llama.cpp cannot multiply.`,
  );
}

function pairOf(header: GgufHeader, weight: string, a: TensorInfo, b: TensorInfo): FactorPair {
  const [a0 = 1, a1 = 1, aMatrices = 1, aRest = 1] = a.ne;
  const [b0 = 1, b1 = 1, bMatrices = 1, bRest = 1] = b.ne;
  const damaged = (what: string) =>
    new InputError(`${header.name} is damaged: the factors of ${quoted(weight)} ${what}.`);
  const lookedUp = isLookedUp(weight);
  if (b0 !== (lookedUp ? a0 : a1)) throw damaged('differ in rank');
  if (aMatrices !== bMatrices) throw damaged('differ in how many matrices they have');
  if (aRest !== 1 || bRest !== 1 || (lookedUp && aMatrices !== 1)) throw damaged('have too many dimensions');
  return lookedUp
    ? { weight, rank: b0, ne: [b1, a1, 1], rows: a, columns: b }
    : { weight, rank: b0, ne: [a0, b1, aMatrices], rows: b, columns: a };
}
