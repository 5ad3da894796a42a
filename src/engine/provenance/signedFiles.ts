import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { fileError } from '../files/fileErrors.ts';
import { openFile } from '../files/source.ts';
import { numberOf, readHeader } from '../gguf/header.ts';
import { readModelFiles, splitName } from '../gguf/split.ts';
import { isShard, readShards } from '../safetensors/shards.ts';

/** What Git keeps beside a model is no part of it. */
export const gitPaths: readonly string[] = ['.gitignore', '.gitattributes', '.git', '.github'];

/** The files that a signature is about, by their paths below one folder; `.` where the model is one file. */
export interface SignedFiles {
  readonly root: string;
  readonly names: readonly string[];
}

/** How the files of a model are looked for. */
export interface Search {
  /** Paths below the root that are left out, with all that lies in them. */
  readonly ignored?: readonly string[];
  /** Links to files are followed, as model-signing's `--allow_symlinks` does. */
  readonly allowSymlinks: boolean;
}

/**
 * The names of a split model's parts, whichever of them `model` names, or of an index and its safetensors, by any of them; undefined for
 * a folder and for a file that is a whole.
 *
 * @throws InputError where a part is missing, is another than its name says, or was renamed
 */
export async function partsOf(model: string): Promise<readonly string[] | undefined> {
  if (model.endsWith('.safetensors.index.json') || isShard(model)) {
    const { index = '', paths } = await readShards(model);
    return [index, ...paths.map((file) => path.basename(file))];
  }
  const header = await headerOf(model);
  if (header === undefined || (numberOf(header, 'split.count') ?? 1) <= 1) return undefined;
  return (await readModelFiles(model)).paths.map((part) => path.basename(part));
}

/** Anything can be signed, so what is no GGUF file is a whole, unless it is called a part. */
async function headerOf(model: string) {
  try {
    if (await isFolder(model)) return undefined;
    await using source = await openFile(model);
    return await readHeader(source);
  } catch (error) {
    if (error instanceof InputError && splitName(model) === undefined) return undefined;
    throw error;
  }
}

/** @throws InputError where nothing is there */
export async function isFolder(model: string): Promise<boolean> {
  try {
    return (await stat(model)).isDirectory();
  } catch (error) {
    throw fileError(model, error);
  }
}

/** The files beside `model` that are called parts of the same model, itself among them. */
export async function namedLikeParts(model: string): Promise<string[]> {
  const own = splitName(model);
  const folder = path.dirname(model);
  const beside = own === undefined ? [] : await readdir(folder);
  const alike = beside.filter((name) => {
    const other = splitName(path.join(folder, name));
    return other?.prefix === own?.prefix && other?.total === own?.total;
  });
  return alike.length === 0 ? [path.basename(model)] : alike;
}

/**
 * The files at `starts`, or in them.
 *
 * @throws InputError for links that are not to be followed, for links to folders, and for what is no file or folder
 */
export async function filesBelow(
  root: string,
  starts: readonly string[],
  { ignored = [], allowSymlinks }: Search,
): Promise<SignedFiles> {
  const left = new Set(ignored.map((name) => path.posix.normalize(name).replace(/\/$/, '')));
  const visit = async (name: string): Promise<string[]> => {
    if (left.has(name)) return [];
    const file = path.join(root, name);
    try {
      if ((await lstat(file)).isSymbolicLink()) await expectFollowed(file, name === '.', allowSymlinks);
      const found = await stat(file);
      if (found.isFile()) return [name];
      if (!found.isDirectory()) throw new InputError(`${file} is neither a file nor a folder.`);
      const inside = await readdir(file);
      return (await Promise.all(inside.map((entry) => visit(path.posix.join(name, entry))))).flat();
    } catch (error) {
      throw fileError(file, error);
    }
  };
  return { root, names: (await Promise.all(starts.map(visit))).flat() };
}

/** A link can be made to lead elsewhere while its signature stays good, so that it must be allowed. */
async function expectFollowed(link: string, isRoot: boolean, allowed: boolean): Promise<void> {
  if (!allowed) {
    throw new InputError(
      `${link} is a symbolic link, which a signature covers only with --allow-symlinks: then it is about the file that the link leads to.`,
    );
  }
  // model-signing leaves out what lies in a linked folder, so that nobody would notice a change there
  if (!isRoot && (await stat(link)).isDirectory()) {
    throw new InputError(`${link} is a link to a folder; --allow-symlinks follows links to files alone.`);
  }
}
