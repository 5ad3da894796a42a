import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import type { Config } from './config.ts';
import type { StoredTensor } from './fileHeader.ts';
import { isRecord } from './fileHeader.ts';

/** What the stored values of a weight are multiplied with: a factor for each block of rows and columns. */
export interface Scale {
  readonly stored: StoredTensor;
  /** Factors side by side. */
  readonly across: number;
  /** Rows and columns of the weight that one factor is for. */
  readonly rows: number;
  readonly columns: number;
}

/** How the factors of a weight are called after its name. Source: `dequant_model` in conversion/base.py. */
const suffixes = ['_scale_inv', '_scale'];
/** Of activations, which are no part of the weights. */
const unused = /(\.|_)(input_scale|activation_scale|k_scale|v_scale)$/;

const methods = /^(fp8|compressed-tensors|modelopt)$/;

/**
 * Takes the factors of weights apart from the weights themselves.
 *
 * @throws InputError for models that are quantised in another way than to floats of 8 bits, by its name
 */
export function scalesOf(
  stored: readonly StoredTensor[],
  config: Config,
): { readonly scales: ReadonlyMap<string, Scale>; readonly weights: readonly StoredTensor[] } {
  const quantisation = config.object('quantization_config');
  const method = quantisation['quant_method'];
  if (method !== undefined && !(typeof method === 'string' && methods.test(method))) {
    throw config.wrong(
      `the weights are quantized by ${quoted(String(method))}, and of quantized safetensors only floats of 8 bits are read; convert the model to GGUF`,
    );
  }
  const byName = new Map(stored.map((tensor) => [tensor.name, tensor]));
  const scales = new Map<string, Scale>();
  const taken = new Set<string>();
  for (const tensor of stored) {
    if (unused.test(tensor.name)) taken.add(tensor.name);
    const suffix = suffixes.find((end) => tensor.name.endsWith(`.weight${end}`));
    const weight = suffix === undefined ? undefined : byName.get(tensor.name.slice(0, -suffix.length));
    if (weight === undefined) continue;
    scales.set(weight.name, scaleOf(tensor, weight, blockOf(quantisation)));
    taken.add(tensor.name);
  }
  return { scales, weights: stored.filter(({ name }) => !taken.has(name)) };
}

/** Rows and columns of a block, where the config says them. */
function blockOf(quantisation: Readonly<Record<string, unknown>>): readonly unknown[] {
  const groups = quantisation['config_groups'];
  const [group] = isRecord(groups) ? Object.values(groups) : [];
  const weights = isRecord(group) && isRecord(group['weights']) ? group['weights'] : {};
  const found = quantisation['weight_block_size'] ?? weights['block_structure'];
  return Array.isArray(found) ? found : [];
}

function scaleOf(stored: StoredTensor, weight: StoredTensor, block: readonly unknown[]): Scale {
  const [rows = 1, columns = 1] = weight.shape;
  const [down = 1, across = 1] = stored.shape;
  const wrong = new InputError(
    `The factors ${quoted(stored.name)} of the shape [${stored.shape.join(', ')}] do not fit their weight of [${weight.shape.join(', ')}].`,
  );
  if (!/^(F32|F16|BF16)$/.test(stored.dtype.name) || weight.shape.length !== 2) throw wrong;
  if (stored.elements === 1) return { stored, across: 1, rows, columns };
  if (across === 1 && down === rows) return { stored, across: 1, rows: 1, columns };
  const [high, wide] = block;
  if (typeof high !== 'number' || typeof wide !== 'number' || high < 1 || wide < 1) throw wrong;
  if (down !== Math.ceil(rows / high) || across !== Math.ceil(columns / wide)) throw wrong;
  return { stored, across, rows: high, columns: wide };
}
