import type { Config, JsonObject } from './config.ts';
import { isRecord } from './fileHeader.ts';

/**
 * Where positions are said: `rope_parameters` (transformers 5), `rope_scaling`, or keys of the config itself; the
 * converter merges them in this way (`TextModel.__init__` in conversion/base.py).
 */
export interface Rope {
  /** Of layers with full attention. */
  readonly full: JsonObject;
  /** Of layers with a sliding window, where they have a base of their own. */
  readonly slidingTheta: number | undefined;
}

export function ropeOf(config: Config): Rope {
  const given = isRecord(config.values['rope_parameters'])
    ? config.object('rope_parameters')
    : config.object('rope_scaling');
  const [full, sliding] = [given['full_attention'], given['sliding_attention']];
  const slidingTheta = isRecord(sliding) ? numberIn(sliding, 'rope_theta') : undefined;
  if (isRecord(full)) return { full, slidingTheta };
  const merged = {
    rope_theta: config.number('global_rope_theta', 'rope_theta'),
    rope_type: given['type'],
    partial_rotary_factor: config.number('partial_rotary_factor'),
    original_max_position_embeddings: config.number('original_max_position_embeddings'),
  };
  const filled = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  const local = config.number('local_rope_theta', 'rope_local_theta', 'rope_local_base_freq');
  return { full: { ...filled, ...given }, slidingTheta: slidingTheta ?? local };
}

export function numberIn(values: JsonObject, key: string): number | undefined {
  const value = values[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The name that the kind of scaling has, in small letters; empty where there is none. */
export function scalingOf({ full }: Rope): string {
  const type = full['rope_type'];
  return typeof type === 'string' && type !== 'default' ? type.toLowerCase() : '';
}

/**
 * Llama 3's factors of the rotary frequencies, which GGUF keeps as `rope_freqs.weight`.
 * Source: `LlamaModel.generate_extra_tensors` in conversion/llama.py.
 *
 * @param width of a head
 */
export function llama3Factors({ full }: Rope, width: number): Float32Array {
  const of = (key: string, otherwise: number) => numberIn(full, key) ?? otherwise;
  const [base, factor] = [of('rope_theta', 10_000), of('factor', 8)];
  const [low, high] = [of('low_freq_factor', 1), of('high_freq_factor', 4)];
  const context = of('original_max_position_embeddings', 8192);
  return Float32Array.from({ length: Math.floor(width / 2) }, (_, i) => {
    const wavelength = 2 * Math.PI * base ** ((2 * i) / width);
    if (wavelength < context / high) return 1;
    if (wavelength > context / low) return factor;
    const smooth = (context / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/** Phi's lists of factors, where it has them. */
export function longFactors({ full }: Rope, key: 'long_factor' | 'short_factor'): Float32Array | undefined {
  const list = full[key];
  if (!Array.isArray(list) || list.length === 0 || !list.every((x) => typeof x === 'number'))
    return undefined;
  return Float32Array.from(list);
}
