import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import type { OpenSource } from '../../engine/gguf/split.ts';
import { readCheckpoint } from '../../engine/safetensors/checkpoint.ts';
import { Config } from '../../engine/safetensors/config.ts';
import { type FileHeader, readFileHeader } from '../../engine/safetensors/fileHeader.ts';
import { modelCard } from '../../engine/safetensors/modelCard.ts';
import { modelAround, readShards } from '../../engine/safetensors/shards.ts';
import { readTemplates } from '../../engine/safetensors/tokenizer.ts';
import type { Work } from '../../engine/work/progress.ts';
import { type HeaderView, ITEMS_AT_ONCE } from '../../protocol/headerPage.ts';
import type { ShownFile } from './headerFile.ts';
import { type JsonEntry, jsonEntries, jsonItem } from './jsonRows.ts';
import type { StoredFacts } from './safetensorsView.ts';

/**
 * A model stored as safetensors, whichever of its files is opened: what the headers say, and what the Hugging Face folder
 * around them says of the model.
 */
export class SafetensorsFile implements ShownFile {
  readonly #path: string;
  /** Of a file that lies on another file system, of which no others beside it are read; undefined for one of this machine. */
  readonly #open: OpenSource | undefined;
  #entries: readonly JsonEntry[] = [];

  constructor(file: string, open?: OpenSource) {
    this.#path = file;
    this.#open = open;
  }

  async read(work: Work): Promise<HeaderView> {
    const facts =
      this.#open === undefined ? await folderFacts(this.#path, work) : await this.#alone(this.#open);
    this.#entries = facts.entries;
    const { safetensorsView } = await import('./safetensorsView.ts');
    return safetensorsView(facts);
  }

  get model(): string {
    return this.#open === undefined ? modelAround(this.#path) : this.#path;
  }

  async items(key: string, from: number): Promise<string[]> {
    const value = this.#entries.find((entry) => entry.key === key)?.value;
    if (typeof value !== 'object' || value === null) {
      throw new InputError(`${this.#path} has no list "${key}".`);
    }
    return value.slice(from, from + ITEMS_AT_ONCE).map(jsonItem);
  }

  async text(key: string): Promise<string> {
    const value = this.#entries.find((entry) => entry.key === key)?.value;
    if (typeof value !== 'string') throw new InputError(`${this.#path} has no text "${key}".`);
    return value;
  }

  async #alone(open: OpenSource): Promise<StoredFacts> {
    if (this.#path.endsWith('.json')) {
      throw new InputError(`${this.#path} names other files; copy the folder to a disk and open it there.`);
    }
    await using source = await open(this.#path);
    const headers = [await readFileHeader(source, 0)];
    const entries = storedEntries([this.#path], headers);
    return { name: this.#path, paths: [this.#path], bytes: source.size, headers, entries, ...nothing };
  }
}

const nothing = { config: undefined, card: new Map(), templates: new Map(), problem: null } as const;

async function folderFacts(file: string, work: Work): Promise<StoredFacts> {
  const model = modelAround(file);
  const { folder, paths, headers } = await readShards(file, work);
  const sizes = await Promise.all(paths.map(async (one) => (await stat(one)).size));
  const stored = {
    name: model,
    paths,
    headers,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
  const entries = storedEntries(paths, headers);
  if (!existsSync(path.join(folder, 'config.json'))) return { ...stored, entries, ...nothing };
  const problem = await problemOf(() => readCheckpoint(model, work));
  const config = await unlessDamaged(() => Config.read(folder));
  const templates = (await unlessDamaged(() => readTemplates(folder))) ?? new Map<string, string>();
  return {
    ...stored,
    entries: [...entries, ...jsonEntries('config', config?.whole)],
    config,
    card: await modelCard(folder),
    templates,
    problem,
  };
}

/** The texts of each file; those that all files have alike stand there once. */
function storedEntries(paths: readonly string[], headers: readonly FileHeader[]): JsonEntry[] {
  const keys = new Set(headers.flatMap(({ metadata }) => [...metadata.keys()]));
  return [...keys].flatMap((key) => {
    const values = headers.map(({ metadata }) => metadata.get(key));
    const [first] = values;
    if (first !== undefined && values.every((value) => value === first)) {
      return [{ key: `__metadata__.${key}`, value: first }];
    }
    return values.flatMap((value, part) =>
      value === undefined
        ? []
        : [{ key: `__metadata__.${key} (${path.basename(paths[part] ?? '')})`, value }],
    );
  });
}

async function problemOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** What is damaged beside the weights is told as the problem, and does not hide the weights. */
async function unlessDamaged<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
