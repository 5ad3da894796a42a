import { existsSync } from 'node:fs';
import path from 'node:path';
import { numberOf } from '../../../gguf/header.ts';
import { type JsonObject, readObject } from '../../../safetensors/config.ts';
import { type Difference, type Sides, shown } from './sides.ts';

/** `[GGUF's name, transformers' names]` Source: `Metadata.load` in gguf-py/gguf/metadata.py. */
const samplerNames = [
  ['sequence', 'sequence'],
  ['top_k', 'top_k'],
  ['top_p', 'top_p'],
  ['min_p', 'min_p'],
  ['xtc_probability', 'xtc_probability'],
  ['xtc_threshold', 'xtc_threshold'],
  ['temp', 'temperature'],
  ['penalty_last_n', 'penalty_last_n'],
  ['penalty_repeat', 'penalty_repeat', 'repetition_penalty'],
  ['mirostat', 'mirostat'],
  ['mirostat_tau', 'mirostat_tau'],
  ['mirostat_eta', 'mirostat_eta'],
] as const;

/** An older converter did not write them, so only what a GGUF file does say must be so. */
export async function samplers({ gguf, folder }: Sides): Promise<Difference[]> {
  const file = path.join(folder.safetensors.shards.folder, 'generation_config.json');
  const settings: JsonObject = existsSync(file) ? await readObject(file) : {};
  return samplerNames.flatMap(([name, ...names]): Difference[] => {
    const key = `general.sampling.${name}`;
    const value = gguf.header.metadata.get(key);
    if (value === undefined) return [];
    const own = names.map((other) => settings[other]).find((found) => found !== undefined);
    const number = numberOf(gguf.header, key);
    const same = typeof own === 'number' && number !== undefined && Math.fround(own) === Math.fround(number);
    if (same || own === shown(value)) return [];
    const said = own === undefined ? undefined : JSON.stringify(own);
    return [{ key, kind: 'computation', gguf: shown(value), folder: said }];
  });
}
