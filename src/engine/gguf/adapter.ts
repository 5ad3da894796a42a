import type { GgufHeader, MetadataValue } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { type FactorPair, factorPairs, ignoredTensors, isLookedUp } from './factors.ts';
import { stringOf } from './header.ts';
import { KEYS } from './names.ts';

/** The metadata that llama.cpp reads of an adapter. It ends the process where one is of another type. */
const READ: Readonly<Record<string, 'string' | 'float32'>> = {
  'general.type': 'string',
  [KEYS.architecture]: 'string',
  'adapter.type': 'string',
  'adapter.lora.alpha': 'float32',
};
const INVOCATION = 'adapter.alora.invocation_tokens';

/**
 * Passes what llama.cpp can load as an adapter. Source: `llama_adapter_lora_init_impl` in llama-adapter.cpp.
 * Errors: `InputError`.
 */
export function checkAdapter(header: GgufHeader): void {
  for (const [key, type] of Object.entries(READ)) {
    const value = header.metadata.get(key);
    if (value !== undefined && value.type !== type) {
      throw new InputError(`${header.name} is damaged: ${key} is of the type ${nameOf(value)}, not ${type}.`);
    }
  }
  const general = stringOf(header, 'general.type');
  if (general !== 'adapter') {
    throw new InputError(
      `${header.name} is damaged: general.type is ${quoted(general ?? '')}, not "adapter".`,
    );
  }
  const type = stringOf(header, 'adapter.type');
  if (type !== 'lora') {
    throw new InputError(
      `${header.name} is an adapter of type ${quoted(type ?? '')}; only "lora" can be applied.`,
    );
  }
  alphaOf(header);
  const invocation = header.metadata.get(INVOCATION);
  if (invocation !== undefined && nameOf(invocation) !== 'array of uint32') {
    throw new InputError(
      `${header.name} is damaged: ${INVOCATION} is of the type ${nameOf(invocation)}, not array of uint32.`,
    );
  }
  if (factorPairs(header).length === 0) {
    throw new InputError(`${header.name} is an adapter that changes nothing.`);
  }
}

/** `adapter.lora.alpha`. Errors: `InputError` where it is missing or no number. */
export function alphaOf(header: GgufHeader): number {
  const alpha = header.metadata.get('adapter.lora.alpha');
  if (alpha?.type !== 'float32') {
    throw new InputError(`${header.name} is damaged: the number adapter.lora.alpha is missing.`);
  }
  if (!Number.isFinite(alpha.value)) {
    throw new InputError(`${header.name} is damaged: adapter.lora.alpha is ${alpha.value}.`);
  }
  return alpha.value;
}

/** What llama.cpp does otherwise with an adapter than its maker meant; sentences for people. */
export function adapterWarnings(header: GgufHeader): string[] {
  const warnings = [];
  if (header.metadata.has(INVOCATION)) {
    warnings.push(
      `${header.name} is an activated LoRA, made to act only after its invocation tokens; llama.cpp lets it act on every token.`,
    );
  }
  const ignored = ignoredTensors(header);
  const [first] = ignored;
  if (first !== undefined) {
    const which = ignored.length === 1 ? quoted(first) : `${ignored.length} norms, ${quoted(first)} first`;
    warnings.push(`${header.name} also holds ${which}, which llama.cpp does not apply.`);
  }
  return warnings;
}

/**
 * Passes an adapter whose every pair of factors fits a weight of the model, so that llama.cpp can multiply with it.
 * Errors: `InputError`.
 */
export function expectFits(adapter: GgufHeader, model: GgufHeader): void {
  const weights = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  const [own, its] = [adapter, model].map((header) => stringOf(header, KEYS.architecture));
  if (own !== its) {
    throw madeForAnother(adapter, model, `it is for the architecture ${quoted(own ?? '')}, not ${its}`);
  }
  for (const pair of factorPairs(adapter)) {
    const weight = weights.get(pair.weight);
    if (weight === undefined) {
      throw madeForAnother(adapter, model, `it changes ${quoted(pair.weight)}, which that model lacks`);
    }
    if (!isOfShape(pair, weight.ne)) {
      throw madeForAnother(
        adapter,
        model,
        `it changes ${quoted(pair.weight)} in the shape [${pair.ne.join(', ')}], which is [${weight.ne.join(', ')}] there`,
      );
    }
    if (isShared(pair.weight, model)) {
      throw new InputError(
        `${adapter.name} changes ${quoted(pair.weight)}, which is embedding and output at once in ${model.name}; llama.cpp cannot apply that.`,
      );
    }
  }
}

/**
 * Whether a weight is embedding and output at once. Then llama.cpp uses its factors for both, and ends the process
 * because they fit one of the two alone.
 */
export function isShared(weight: string, model: GgufHeader): boolean {
  if (weight !== 'token_embd.weight' && weight !== 'output.weight') return false;
  const other = isLookedUp(weight) ? 'output.weight' : 'token_embd.weight';
  return !model.tensors.some(({ name }) => name === other);
}

function isOfShape({ ne: [columns, rows, matrices] }: FactorPair, ne: readonly number[]): boolean {
  const [n0 = 1, n1 = 1, n2 = 1, n3 = 1] = ne;
  return n0 === columns && n1 === rows && n2 === matrices && n3 === 1;
}

const madeForAnother = (adapter: GgufHeader, model: GgufHeader, why: string) =>
  new InputError(`${adapter.name} was made for another model than ${model.name}: ${why}.`);

const nameOf = (value: MetadataValue): string =>
  value.type === 'array' ? `array of ${value.items}` : value.type;
