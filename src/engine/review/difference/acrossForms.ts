import { existsSync } from 'node:fs';
import path from 'node:path';
import type { MetadataValue } from '../../../protocol/gguf.ts';
import type { Inventory } from '../../../protocol/review.ts';
import { plural } from '../../../text/numbers.ts';
import { numberOf, stringOf } from '../../gguf/header.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { Work } from '../../progress.ts';
import type { Checkpoint, Safetensors } from '../../safetensors/checkpoint.ts';
import { type JsonObject, readObject } from '../../safetensors/config.ts';
import { readTokenizer, type Tokenizer } from '../../safetensors/tokenizer.ts';
import { chatTemplates } from '../templates/chatTemplates.ts';
import { templateDiff } from '../templates/templateDiff.ts';
import { type ListDiff, mergesDiffer, tokensDiffer } from './ggufVocabulary.ts';
import { impliedNumber } from './implied.ts';
import { isLayoutKey, kindOfKey } from './keyKinds.ts';
import { allHidden, said } from './layout.ts';
import type { MetadataChange } from './metadata.ts';
import { ModelParts } from './modelParts.ts';
import { shownValue } from './shownValue.ts';
import { unifiedDiff } from './unifiedDiff.ts';

/** In what a GGUF file and a Hugging Face folder differ besides their weights, and what cannot be told. */
export interface AcrossForms extends Pick<Inventory, 'metadata' | 'layout' | 'hidden'> {
  readonly unmeasured: readonly string[];
}

/** Files of a folder that are, or may hold, what a model is made of or run with, and that a GGUF file says nothing of. */
const telling = /\.(py|bin|pt|pth|pkl|ckpt|so|dll|onnx)$/;

/**
 * Compares what both forms say: hyperparameters by what llama.cpp takes them for, the vocabulary, the chat templates and
 * the samplers' settings. What only describes a model is written by the converter and compared by no one.
 *
 * @param candidateIsGguf which of the two the candidate is
 */
export async function acrossForms(
  gguf: ModelFiles,
  folder: Checkpoint & { readonly safetensors: Safetensors },
  candidateIsGguf: boolean,
  files: readonly string[],
  work: Work = {},
): Promise<AcrossForms> {
  const { shards, config } = folder.safetensors;
  const tokenizer = await readTokenizer(shards.folder, config);
  const sides: Sides = { gguf, folder, tokenizer, work };
  const found = [
    ...hyperparameters(sides),
    ...(await samplers(sides)),
    ...(await vocabulary(sides)),
    ...(await templates(sides)),
    ...unsaid(folder.safetensors),
  ];
  const [own, other] = candidateIsGguf ? ['candidate', 'base'] : ['base', 'candidate'];
  await using parts = await ModelParts.open(gguf, work);
  return {
    metadata: found.map((difference) => changeOf(difference, candidateIsGguf)),
    layout: [
      `The ${own} is a GGUF file, the ${other} safetensors (${shards.paths.length === 1 ? 'one file' : `${shards.paths.length} files`}).`,
    ],
    hidden: (await allHidden(parts, work.signal)).map((bytes) => `The ${own} holds ${said(bytes)}`),
    unmeasured: [...notCompared(sides), ...beside(files, other)],
  };
}

interface Sides {
  readonly gguf: ModelFiles;
  readonly folder: Checkpoint & { readonly safetensors: Safetensors };
  readonly tokenizer: Tokenizer;
  readonly work: Work;
}

/** What each form says of one thing; undefined where it says nothing. */
interface Difference {
  readonly key: string;
  readonly kind: MetadataChange['kind'];
  readonly gguf: string | undefined;
  readonly folder: string | undefined;
  readonly detail?: string;
}

function changeOf({ key, kind, gguf, folder, detail }: Difference, candidateIsGguf: boolean): MetadataChange {
  const [before, after] = candidateIsGguf ? [folder, gguf] : [gguf, folder];
  const long = [before, after].some((text) => text?.includes('\n') === true);
  const lines = [
    ...(before === undefined ? [] : [`- ${before}`]),
    ...(after === undefined ? [] : [`+ ${after}`]),
  ];
  const both = before !== undefined && after !== undefined;
  const told = kind === 'chat-template' && both ? templateDiff(before, after) : detail;
  return {
    key,
    kind,
    before: before ?? null,
    after: after ?? null,
    detail: told ?? (long ? unifiedDiff(before ?? null, after ?? null) : lines.join('\n')),
  };
}

function hyperparameters({ gguf, folder }: Sides): Difference[] {
  const architecture = stringOf(folder.header, 'general.architecture') ?? '';
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

const shown = (value: MetadataValue): string =>
  value.type === 'long string'
    ? value.head
    : value.type === 'array'
      ? JSON.stringify(value.head.map(String))
      : shownValue(value);

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
async function samplers({ gguf, folder }: Sides): Promise<Difference[]> {
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

async function vocabulary({ gguf, folder, tokenizer, work }: Sides): Promise<Difference[]> {
  const [file = ''] = gguf.paths;
  const { header } = gguf;
  const tokens = tokenizer.tokens && (await tokensDiffer(file, header, tokenizer.tokens, work));
  const merges = tokenizer.merges && (await mergesDiffer(file, header, tokenizer.merges, work));
  const { architecture, config } = folder.safetensors;
  const set = new Map([...tokenizer.values, ...Object.entries(architecture.vocabulary?.(config) ?? {})]);
  const values = [...set].flatMap(([name, own]): Difference[] => {
    const key = `tokenizer.ggml.${name}`;
    const value = header.metadata.get(key);
    // a converter leaves out what the vocabulary's kind implies
    if (value === undefined || ('value' in value && Number(value.value) === Number(own))) return [];
    return [{ key, kind: 'vocabulary', gguf: shown(value), folder: String(own) }];
  });
  return [...listed('tokenizer.ggml.tokens', tokens), ...listed('tokenizer.ggml.merges', merges), ...values];
}

function listed(key: string, diff: ListDiff | undefined): Difference[] {
  if (diff === undefined || diff.changed === 0) return [];
  const { changed, of, first } = diff;
  const quote = (text: string | undefined) => (text === undefined ? 'none' : JSON.stringify(text));
  const lines = first.map(
    ([index, gguf, own]) => `[${index}] ${quote(gguf)} in the GGUF file, ${quote(own)} in the folder`,
  );
  const detail = [`${changed} of ${of} items differ`, ...lines].join('\n');
  return [
    { key, kind: 'vocabulary', gguf: `${of} items`, folder: `${of - changed} of them the same`, detail },
  ];
}

async function templates({ gguf, folder }: Sides): Promise<Difference[]> {
  const [own, other] = [await chatTemplates(gguf), await chatTemplates(folder)];
  return [...new Set([...own.keys(), ...other.keys()])].sort().flatMap((key): Difference[] => {
    const [ours, theirs] = [own.get(key), other.get(key)];
    return ours === theirs ? [] : [{ key, kind: 'chat-template', gguf: ours, folder: theirs }];
  });
}

/** What a config makes of the model that no GGUF file of the architecture can say. */
function unsaid({ config, architecture }: Safetensors): Difference[] {
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

/** Keys of GGUF's vocabulary that were held against nothing. */
function notCompared({ gguf, folder, tokenizer }: Sides): string[] {
  const compared = new Set([
    ...(tokenizer.tokens === undefined ? [] : ['tokens']),
    ...(tokenizer.merges === undefined ? [] : ['merges']),
    ...tokenizer.values.keys(),
  ]);
  const keys = [...gguf.header.metadata.keys()].flatMap((key) => {
    const name = /^tokenizer\.ggml\.(.+)$/.exec(key)?.[1];
    return name === undefined || compared.has(name) ? [] : [key];
  });
  const { unmapped } = folder.safetensors;
  return [
    ...(keys.length === 0
      ? []
      : [`A folder says these in another way, so they were not compared: ${keys.sort().join(', ')}.`]),
    ...(unmapped.size === 0
      ? []
      : [
          `${plural(unmapped.size, 'tensor')} without a place in a GGUF model ${unmapped.size === 1 ? 'was' : 'were'} not compared: ${[...unmapped].slice(0, 3).join(', ')}${unmapped.size > 3 ? ' …' : ''}.`,
        ]),
  ];
}

const beside = (files: readonly string[], side: string): string[] => {
  const found = files.filter((name) => telling.test(name));
  return found.length === 0
    ? []
    : [
        `The ${side}'s folder holds files that no GGUF file has and that were not compared: ${found.slice(0, 5).join(', ')}${found.length > 5 ? ' …' : ''}.`,
      ];
};
