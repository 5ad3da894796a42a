import { appendFile, readFile } from 'node:fs/promises';
import { newerVersion } from '../../../formats/version.ts';
import { InputError } from '../../errors.ts';
import { writeWhole } from '../../files/atomicWrite.ts';
import { fileError } from '../../files/fileErrors.ts';

/**
 * What long work has found so far, a line of JSON for each piece, so that it can go on after an interruption. The first
 * line says what the work is and the version of the format; a line that was cut off by a crash is dropped with those behind it.
 */
export class Journal<T> {
  readonly entries: readonly T[];
  readonly #file: string;

  private constructor(file: string, entries: readonly T[]) {
    this.#file = file;
    this.entries = entries;
  }

  /**
   * @param task what the work is; a journal of other work is refused
   * @param parse checks an entry; undefined where it cannot be read
   */
  static async open<T>(
    file: string,
    task: object,
    parse: (value: unknown) => T | undefined,
  ): Promise<Journal<T>> {
    const head = JSON.stringify({ version: 1, ...task });
    const [first, ...lines] = (await existing(file))?.split('\n') ?? [];
    const newer = newerVersion(fromJson(first ?? ''));
    if (newer !== undefined) throw new InputError(`${file} ${newer}.`);
    // palimpsest 0.1.0 stated no version
    if (first !== undefined && first !== '' && first !== head && first !== JSON.stringify(task)) {
      throw new InputError(
        `${file} is the journal of another evaluation (other edits, model, options or version); name another folder or remove it.`,
      );
    }
    const entries: T[] = [];
    for (const line of lines) {
      const entry = parse(fromJson(line));
      if (entry === undefined) break;
      entries.push(entry);
    }
    const kept = [head, ...entries.map((entry) => JSON.stringify(entry))];
    await writeWhole(file, `${kept.join('\n')}\n`);
    return new Journal(file, entries);
  }

  async add(entry: T): Promise<void> {
    try {
      await appendFile(this.#file, `${JSON.stringify(entry)}\n`);
    } catch (error) {
      throw fileError(this.#file, error);
    }
  }
}

async function existing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fileError(file, error);
  }
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
