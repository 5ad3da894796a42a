import type { GgufHeader, TensorInfo } from '../../protocol/gguf.ts';
import { quoted } from '../../protocol/quoted.ts';
import { InputError } from '../errors.ts';
import { numberOf, stringOf } from './header.ts';

/** Refuses what llama.cpp would refuse with no more than a line in its log. Source: llama-adapter.cpp. */
export function checkAdapter(header: GgufHeader): void {
  const type = stringOf(header, 'adapter.type');
  if (type !== 'lora') {
    throw new InputError(
      `${header.name} is an adapter of type ${quoted(type ?? '')}; only "lora" can be applied.`,
    );
  }
  if (numberOf(header, 'adapter.lora.alpha') === undefined) {
    throw new InputError(`${header.name} is damaged: the number adapter.lora.alpha is missing.`);
  }
  if (factors(header).length === 0)
    throw new InputError(`${header.name} is an adapter that changes nothing.`);
}

/**
 * Passes an adapter whose every pair of factors fits a weight of the model, which says whether it was made for
 * a model of this shape. Errors: `InputError`.
 */
export function expectFits(adapter: GgufHeader, model: GgufHeader): void {
  const weights = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  for (const { weight, input, output } of factors(adapter)) {
    const { ne } = weights.get(weight) ?? {};
    if (ne !== undefined && (ne[0] ?? 1) === input && (ne[1] ?? 1) === output) continue;
    const why = ne === undefined ? 'which that model lacks' : 'which has another shape there';
    throw new InputError(
      `${adapter.name} was made for another model than ${model.name}: it changes ${quoted(weight)}, ${why}.`,
    );
  }
}

/**
 * The weights that an adapter changes, with their widths. `lora_a` is [input, rank] and `lora_b` [rank, output];
 * for the token embedding both have the rank first, since it is looked up by row.
 */
function factors(header: GgufHeader): { weight: string; input: number; output: number }[] {
  const tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  const found = [];
  for (const { name } of header.tensors) {
    const [, weight, side] = /^(.+)\.lora_([ab])$/.exec(name) ?? [];
    if (weight === undefined) {
      if (name.endsWith('_norm.weight')) continue;
      throw new InputError(`${header.name} is damaged: ${quoted(name)} is no LoRA factor.`);
    }
    const a = tensors.get(`${weight}.lora_a`);
    const b = tensors.get(`${weight}.lora_b`);
    if (a === undefined || b === undefined) {
      throw new InputError(`${header.name} is damaged: ${quoted(name)} lacks its other factor.`);
    }
    if (side === 'a') found.push({ weight, ...widths(header, weight, a, b) });
  }
  return found;
}

function widths(
  header: GgufHeader,
  weight: string,
  a: TensorInfo,
  b: TensorInfo,
): { input: number; output: number } {
  const [a0 = 1, a1 = 1] = a.ne;
  const [b0 = 1, b1 = 1] = b.ne;
  const lookedUp = weight.endsWith('token_embd.weight');
  if (b0 !== (lookedUp ? a0 : a1)) {
    throw new InputError(`${header.name} is damaged: the factors of ${quoted(weight)} differ in rank.`);
  }
  return lookedUp ? { input: b1, output: a1 } : { input: a0, output: b1 };
}
