import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { quoted } from '../../text/visible.ts';
import { CancelledError, InputError } from '../errors.ts';
import { fileError } from '../files/fileErrors.ts';
import { openFile } from '../files/source.ts';
import { listed } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { readText } from '../json/readText.ts';
import type { Work } from '../work/progress.ts';
import { type FileHeader, isRecord, readFileHeader, type StoredTensor } from './fileHeader.ts';

/** The safetensors files of a model, with what their headers say. */
export interface Shards {
  readonly folder: string;
  /** Without the folder: `model.safetensors.index.json`; undefined where the model is one file. */
  readonly index: string | undefined;
  /** With the folder, in the order of the index. */
  readonly paths: readonly string[];
  /** One for each path. */
  readonly headers: readonly FileHeader[];
  /** Of all files. */
  readonly tensors: readonly StoredTensor[];
}

const whole = 'model.safetensors';
const indexed = 'model.safetensors.index.json';
/** By either of which a folder is a model. */
export const modelEntries = [whole, indexed] as const;
const maxShards = 2000;
const maxIndexLength = 32 << 20;
const maxTensors = 500_000;

/** Is the path a folder, a safetensors file or the index of several? What is none of them may be a GGUF file. */
export async function isSafetensors(model: string): Promise<boolean> {
  if (model.endsWith('.safetensors') || model.endsWith('.safetensors.index.json')) return true;
  try {
    return (await stat(model)).isDirectory();
  } catch (error) {
    throw fileError(model, error);
  }
}

/**
 * Reads the headers of a model's safetensors files.
 *
 * @param model a folder, its index, any of the shards beside it, or the one file
 * @throws InputError where a file is missing or damaged, or an index says something else than the files hold
 */
export async function readShards(model: string, work: Work = {}): Promise<Shards> {
  const { folder, name } = await entryOf(model);
  const weightMap = name.endsWith('.index.json') ? await readIndex(path.join(folder, name)) : undefined;
  const names = weightMap === undefined ? [name] : [...new Set(weightMap.values())].sort();
  const paths = names.map((file) => path.join(folder, file));
  const headers: FileHeader[] = [];
  for (const [part, file] of paths.entries()) {
    if (work.signal?.aborted) throw new CancelledError('Reading the headers');
    await using source = await openFile(file);
    headers.push(await readFileHeader(source, part));
  }
  const tensors = headers.flatMap((header) => header.tensors);
  if (weightMap !== undefined) expectAsIndexed(path.join(folder, name), weightMap, names, tensors);
  return { folder, index: weightMap === undefined ? undefined : name, paths, headers, tensors };
}

async function entryOf(model: string): Promise<{ readonly folder: string; readonly name: string }> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(model)).isDirectory();
  } catch (error) {
    throw fileError(model, error);
  }
  if (!isFolder) return { folder: path.dirname(model), name: indexOf(model) ?? path.basename(model) };
  const found = modelEntries.filter((name) => existsSync(path.join(model, name)));
  const [name] = found;
  if (found.length === 1 && name !== undefined) return { folder: model, name };
  if (found.length > 1) {
    throw new InputError(
      `${model} holds both ${whole} and ${indexed}, and programs differ in which they load; name the one that is meant.`,
    );
  }
  throw new InputError(`${model} holds neither ${whole} nor ${indexed}${await whatElse(model)}.`);
}

/**
 * The shortest name of the model that a safetensors file or index belongs to: its folder where that holds one model
 * alone, else the index of a shard, else the file itself.
 */
export function modelAround(file: string): string {
  const [folder, name] = [path.dirname(file), indexOf(file) ?? path.basename(file)];
  const isEntry = modelEntries.some((entry) => entry === name);
  const alone = modelEntries.filter((entry) => existsSync(path.join(folder, entry))).length === 1;
  return isEntry && alone ? folder : path.join(folder, name);
}

/** Is it one of several files that an index beside it makes a model? */
export const isShard = (file: string): boolean => indexOf(file) !== undefined;

/** The index that a shard lies beside, named as transformers names both. */
function indexOf(file: string): string | undefined {
  const prefix = /^(?<prefix>.+)-\d{5}-of-\d{5}\.safetensors$/.exec(path.basename(file))?.groups?.['prefix'];
  const index = `${prefix}.safetensors.index.json`;
  return prefix !== undefined && existsSync(path.join(path.dirname(file), index)) ? index : undefined;
}

async function whatElse(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes('adapter_model.safetensors')) {
    return ', but an adapter; convert it with convert_lora_to_gguf.py of llama.cpp and name the GGUF file';
  }
  if (names.some((name) => /^pytorch_model.*\.bin$/.test(name))) {
    return ', but pickles of PyTorch, which are not read; save the model as safetensors';
  }
  const gguf = names.filter((name) => name.endsWith('.gguf'));
  return gguf.length === 0 ? '' : `; name one of its ${gguf.length} GGUF files`;
}

/** Which file holds each tensor, by the tensors' names. */
async function readIndex(file: string): Promise<ReadonlyMap<string, string>> {
  const read = readJson(await readText(file, maxIndexLength), 2 * maxTensors, maxTensors);
  if ('problems' in read) throw new InputError(listed(read.problems, file));
  const map = isRecord(read.value) ? read.value['weight_map'] : undefined;
  if (!isRecord(map))
    throw new InputError(`${file} is not an index of safetensors files: it has no weight_map.`);
  const entries = Object.entries(map).map(([tensor, name]) => {
    if (typeof name !== 'string' || !/^[^/\\:]+\.safetensors$/.test(name)) {
      throw new InputError(
        `${file} is damaged: it looks for tensor ${quoted(tensor)} in ${quoted(String(name))}, which names no safetensors file beside it.`,
      );
    }
    return [tensor, name] as const;
  });
  const shards = new Set(entries.map(([, name]) => name)).size;
  if (shards === 0 || shards > maxShards) {
    throw new InputError(`${file} names ${shards} files; a model has 1 to ${maxShards}.`);
  }
  return new Map(entries);
}

function expectAsIndexed(
  index: string,
  weightMap: ReadonlyMap<string, string>,
  names: readonly string[],
  tensors: readonly StoredTensor[],
): void {
  const found = new Map<string, string | undefined>();
  for (const { name, part } of tensors) {
    if (found.has(name)) throw new InputError(`${index} is wrong: tensor ${quoted(name)} lies in two files.`);
    found.set(name, names[part]);
  }
  for (const [name, file] of weightMap) {
    if (found.get(name) !== file) {
      throw new InputError(`${index} is wrong: tensor ${quoted(name)} is not in ${file}.`);
    }
  }
  for (const [name, file] of found) {
    if (weightMap.has(name)) continue;
    throw new InputError(
      `${index} is wrong: it does not name tensor ${quoted(name)}, which lies in ${file}.`,
    );
  }
}
