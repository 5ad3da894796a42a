import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { readText } from '../json/readText.ts';
import { type Config, type JsonObject, readObject } from './config.ts';
import { isRecord } from './fileHeader.ts';

/** What a Hugging Face folder says of how text becomes tokens, as far as GGUF says the same. */
export interface Tokenizer {
  /** By their numbers; undefined without a tokenizer.json. */
  readonly tokens: ReadonlyMap<number, string> | undefined;
  /** Numbers of tokens that no text becomes by itself. */
  readonly special: ReadonlySet<number>;
  /** As GGUF writes them, a space between the halves; undefined where the vocabulary has none. */
  readonly merges: readonly string[] | undefined;
  /** GGUF's keys behind `tokenizer.ggml.`: `bos_token_id`, `add_bos_token` and the like. */
  readonly values: ReadonlyMap<string, number | boolean>;
  /** By name; the nameless one is "default". */
  readonly templates: ReadonlyMap<string, string>;
}

const maxTokenizerLength = 96 << 20;
const kinds = ['bos', 'eos', 'unk', 'sep', 'pad', 'mask'] as const;
/** What GGUF calls the kinds whose names differ. Source: `LLM_KV_NAMES` in llama-arch.cpp. */
const ggufNames: Readonly<Record<string, string>> = { unk: 'unknown', sep: 'seperator', pad: 'padding' };

/**
 * Reads tokenizer.json, tokenizer_config.json and the chat templates of a folder; what is absent says nothing.
 * Source: `SpecialVocab` in gguf-py/gguf/vocab.py. Errors: `InputError` where a file is damaged.
 */
export async function readTokenizer(folder: string, config: Config): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const tokenizer = existsSync(file) ? await readLarge(file) : {};
  const settings = await settingsOf(folder);
  const model = isRecord(tokenizer['model']) ? tokenizer['model'] : {};
  const added = (Array.isArray(tokenizer['added_tokens']) ? tokenizer['added_tokens'] : []).filter(isRecord);
  const tokens = new Map([...vocabularyOf(model['vocab']), ...added.flatMap(numbered)]);
  return {
    tokens: tokens.size === 0 ? undefined : tokens,
    special: new Set(added.filter(({ special }) => special === true).map(({ id }) => Number(id))),
    merges: Array.isArray(model['merges']) ? model['merges'].map(mergeOf) : undefined,
    values: specialTokens(settings, added, config),
    templates: await templatesOf(folder, settings),
  };
}

/** Too large to look for keys that are given twice: as for every reader of such files, the last one counts. */
async function readLarge(file: string): Promise<JsonObject> {
  const text = await readText(file, maxTokenizerLength);
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new InputError(`${file} is not valid JSON.`, { cause });
  }
  throw new InputError(`${file} is not a JSON object.`);
}

const numbered = ({ id, content }: JsonObject): [number, string][] =>
  typeof id === 'number' && typeof content === 'string' ? [[id, content]] : [];

/** Tokens of BPE by their texts, or pieces of a unigram model in their order. */
function vocabularyOf(vocab: unknown): [number, string][] {
  if (isRecord(vocab)) {
    return Object.entries(vocab).flatMap(([text, id]): [number, string][] =>
      typeof id === 'number' ? [[id, text]] : [],
    );
  }
  if (!Array.isArray(vocab)) return [];
  return vocab.flatMap((piece: unknown, id): [number, string][] =>
    Array.isArray(piece) && typeof piece[0] === 'string' ? [[id, piece[0]]] : [],
  );
}

function mergeOf(merge: unknown): string {
  if (!Array.isArray(merge)) return String(merge);
  return merge.map((half) => String(half).replaceAll(' ', 'Ġ')).join(' ');
}

function specialTokens(
  settings: JsonObject,
  added: readonly JsonObject[],
  config: Config,
): Map<string, number | boolean> {
  const values = new Map<string, number | boolean>();
  for (const kind of kinds) {
    const entry = settings[`${kind}_token`];
    const text = isRecord(entry) ? entry['content'] : entry;
    const id =
      added.find(({ content }) => typeof text === 'string' && content === text)?.['id'] ??
      config.values[`${kind}_token_id`];
    if (typeof id === 'number') values.set(`${ggufNames[kind] ?? kind}_token_id`, id);
    const adds = settings[`add_${kind}_token`];
    if (typeof adds === 'boolean') values.set(`add_${kind}_token`, adds);
  }
  return values;
}

async function settingsOf(folder: string): Promise<JsonObject> {
  const file = path.join(folder, 'tokenizer_config.json');
  return existsSync(file) ? await readObject(file) : {};
}

const maxTemplateLength = 4 << 20;

/** The chat templates of a folder, by name; the nameless one is "default". Errors: `InputError` where a file is damaged. */
export async function readTemplates(folder: string): Promise<ReadonlyMap<string, string>> {
  return await templatesOf(folder, await settingsOf(folder));
}

/** A template in the settings goes before those in files. */
async function templatesOf(folder: string, settings: JsonObject): Promise<Map<string, string>> {
  const given = settings['chat_template'] ?? (await templateInFile(folder));
  if (typeof given === 'string') return new Map([['default', given]]);
  const listed = (Array.isArray(given) ? given : []).filter(isRecord);
  return new Map(listed.map(({ name, template }) => [String(name), String(template)]));
}

async function templateInFile(folder: string): Promise<unknown> {
  const jinja = path.join(folder, 'chat_template.jinja');
  if (existsSync(jinja)) return await readText(jinja, maxTemplateLength);
  const json = path.join(folder, 'chat_template.json');
  return existsSync(json) ? (await readObject(json))['chat_template'] : undefined;
}
