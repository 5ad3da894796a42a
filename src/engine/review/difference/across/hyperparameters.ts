import type { MetadataValue } from '../../../../protocol/gguf.ts';
import { architectureOf, numberOf } from '../../../gguf/header.ts';
import type { ModelFiles } from '../../../gguf/split.ts';
import type { Safetensors } from '../../../safetensors/checkpoint.ts';
import { isLayoutKey, kindOfKey } from '../keyKinds.ts';
import { impliedNumber } from './implied.ts';
import { type Difference, type Sides, shown } from './sides.ts';

/** What the model is computed with, as llama.cpp takes it. */
export function hyperparameters({ gguf, folder }: Sides): Difference[] {
  const architecture = architectureOf(folder.header);
  const prefix = `${architecture}.`;
  const keys = new Set([...gguf.header.metadata.keys(), ...folder.header.metadata.keys()]);
  return [...keys].sort().flatMap((key): Difference[] => {
    const kind = kindOfKey(key, new Set([architecture]));
    if (key.startsWith('tokenizer.') || key.startsWith('general.sampling.')) return [];
    if (kind === 'metadata' || isLayoutKey(key) || key === 'general.type') return [];
    const [one, other] = [gguf.header.metadata.get(key), folder.header.metadata.get(key)];
    const ours = effective(one, gguf, key, prefix);
    const theirs = effective(other, folder, key, prefix);
    if (ours === theirs) return [];
    return [{ key, kind, gguf: one && shown(one), folder: other && shown(other) }];
  });
}

/** A number as single precision has it, whatever its type in the file. */
function effective(
  value: MetadataValue | undefined,
  { header }: ModelFiles,
  key: string,
  prefix: string,
): string | number | undefined {
  const number =
    value === undefined ? impliedNumber(header, key.slice(prefix.length)) : numberOf(header, key);
  if (number !== undefined) return Math.fround(number);
  return value === undefined ? undefined : JSON.stringify(shown(value));
}

/** What a config makes of the model that no GGUF file of the architecture can say. */
export function unsaid({ config, architecture }: Safetensors): Difference[] {
  const activation =
    config.text('hidden_activation') ?? config.text('hidden_act') ?? config.text('activation_function');
  const [usual] = architecture.activations;
  const other = activation !== undefined && !architecture.activations.includes(activation);
  const code = config.values['auto_map'];
  return [
    ...(other
      ? [{ key: 'config.json: hidden_act', kind: 'computation', gguf: usual, folder: activation } as const]
      : []),
    ...(code === undefined
      ? []
      : [
          {
            key: 'config.json: auto_map',
            kind: 'computation',
            gguf: undefined,
            folder: JSON.stringify(code),
          } as const,
        ]),
  ];
}
