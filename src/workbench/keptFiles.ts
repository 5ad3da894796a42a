import { Uri, workspace } from 'vscode';
import { writeFile } from './writeFile.ts';

const ending = '.json';

interface Kind<T> {
  /** How many are kept at most; those that were written longest ago are forgotten. */
  readonly limit: number;
  /** @throws for what another version of the tool has kept */
  readonly parse: (value: unknown) => Promise<T>;
}

/** What pages show, kept in the window's storage so that they come back after a reload: a JSON file each, by its id. */
export class KeptFiles<T> {
  readonly #folder: Uri;
  readonly #kind: Kind<T>;

  constructor(folder: Uri, kind: Kind<T>) {
    this.#folder = folder;
    this.#kind = kind;
  }

  async save(id: string, value: T): Promise<void> {
    await writeFile(this.#fileOf(id), JSON.stringify(value));
    await this.#forgetOldest();
  }

  /** @returns undefined where there is none, or one that another version of the tool has kept */
  async load(id: string): Promise<T | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(this.#fileOf(id)));
      return await this.#kind.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** All that can be read, in no order. */
  async list(): Promise<T[]> {
    const values = await Promise.all(idsAmong(await this.#names()).map((id) => this.load(id)));
    return values.filter((value) => value !== undefined);
  }

  /** With a file goes what lies beside it under its id. */
  async #forgetOldest(): Promise<void> {
    const names = await this.#names();
    const ids = idsAmong(names);
    if (ids.length <= this.#kind.limit) return;
    const dated = await Promise.all(
      ids.map(async (id) => ({ id, mtime: (await workspace.fs.stat(this.#fileOf(id))).mtime })),
    );
    for (const { id } of dated.sort((a, b) => b.mtime - a.mtime).slice(this.#kind.limit)) {
      for (const name of names.filter((other) => other.startsWith(id))) {
        await workspace.fs.delete(Uri.joinPath(this.#folder, name));
      }
    }
  }

  async #names(): Promise<string[]> {
    try {
      return (await workspace.fs.readDirectory(this.#folder)).map(([name]) => name);
    } catch {
      // nothing was kept in this window yet
      return [];
    }
  }

  #fileOf(id: string): Uri {
    return Uri.joinPath(this.#folder, `${id}${ending}`);
  }
}

const idsAmong = (names: readonly string[]): string[] =>
  names.flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []));
