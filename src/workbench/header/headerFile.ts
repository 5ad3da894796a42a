import { InputError } from '../../engine/errors.ts';
import { type ModelFiles, type OpenSource, readModelFiles } from '../../engine/gguf/split.ts';
import { readArray, readLongString } from '../../engine/gguf/values.ts';
import type { Work } from '../../engine/work/progress.ts';
import { type HeaderView, ITEMS_AT_ONCE } from '../../protocol/headerPage.ts';
import { itemText } from './metadataRows.ts';

/** A file that the page shows, of whatever format: its header, and what is long in it further on demand. */
export interface ShownFile {
  /** Reads the header anew. @throws InputError with one sentence where it is damaged */
  read(work: Work): Promise<HeaderView>;
  /** What the engine and commands are given: of a GGUF model of several files the first, of safetensors their folder. */
  readonly model: string;
  /** Items of an array as text, `ITEMS_AT_ONCE` or fewer. */
  items(key: string, from: number, work: Work): Promise<string[]>;
  /** A text of the metadata, whole. */
  text(key: string): Promise<string>;
}

/** Says why llama.cpp could not take as a model what can be read as a file; null where it can, or nobody asks. */
export type ProblemOf = (files: ModelFiles, work: Work, open: OpenSource) => Promise<string | null>;

/** A GGUF file's header: read when it is asked for, and its arrays further on demand. Nothing is held open. */
export class HeaderFile implements ShownFile {
  readonly #path: string;
  readonly #open: OpenSource;
  readonly #problemOf: ProblemOf;
  #files: ModelFiles | undefined;

  constructor(path: string, open: OpenSource, problemOf: ProblemOf) {
    this.#path = path;
    this.#open = open;
    this.#problemOf = problemOf;
  }

  async read(work: Work): Promise<HeaderView> {
    this.#files = await readModelFiles(this.#path, work, this.#open);
    const { headerView } = await import('./headerView.ts');
    return headerView(this.#files, await this.#problemOf(this.#files, work, this.#open));
  }

  /** The file that llama.cpp is given. Known once the header was read. */
  get model(): string {
    return this.#files?.paths[0] ?? this.#path;
  }

  async items(key: string, from: number, work: Work): Promise<string[]> {
    const value = this.#files?.header.metadata.get(key);
    if (value?.type !== 'array') throw new InputError(`${this.#path} has no array "${key}".`);
    await using source = await this.#open(this.model);
    const items = await readArray(source, value, from, ITEMS_AT_ONCE, work);
    return items.map((item) => itemText(item, value.items));
  }

  /** Never more than the header's reader takes. */
  async text(key: string): Promise<string> {
    const value = this.#files?.header.metadata.get(key);
    if (value?.type === 'string') return value.value;
    if (value?.type !== 'long string') throw new InputError(`${this.#path} has no text "${key}".`);
    await using source = await this.#open(this.model);
    return await readLongString(source, value);
  }
}
