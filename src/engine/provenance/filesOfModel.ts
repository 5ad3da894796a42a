import path from 'node:path';
import { InputError } from '../errors.ts';
import { isOwnOutput } from './ownOutput.ts';
import {
  filesBelow,
  gitPaths,
  namedLikeParts,
  partsOf,
  type Search,
  type SignedFiles,
} from './signedFiles.ts';

/** A model with all that belongs to it, before it is signed or recorded. */
export interface WholeModel {
  /** What it is called: its first part, or its file or folder. */
  readonly name: string;
  readonly search: Search;
  readonly files: SignedFiles;
  /** All its files, which are never written. */
  readonly own: readonly string[];
}

/**
 * A file, a folder without what Git keeps there, or all parts of a split model.
 *
 * @param without signatures and records that may lie in the folder and are no part of the model
 * @throws InputError where something is called a part that the model does not have
 */
export async function filesOfModel(
  model: string,
  { without, allowSymlinks }: { readonly without: readonly string[]; readonly allowSymlinks: boolean },
): Promise<WholeModel> {
  const parts = await completeParts(model);
  const root = parts === undefined ? model : path.dirname(model);
  const ignored: string[] = [];
  for (const file of without) {
    const inside = path.relative(path.resolve(root), path.resolve(file)).split(path.sep).join('/');
    if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) continue;
    // anything else that is there belongs to the model, whoever names it as the place to write to
    if (await isOwnOutput(file)) ignored.push(inside);
  }
  const search = { ignored: [...gitPaths, ...ignored], allowSymlinks };
  const files = await filesBelow(root, parts ?? ['.'], search);
  return {
    name: parts?.[0] ?? path.basename(path.resolve(model)),
    search,
    files,
    own: files.names.map((name) => path.join(root, name)),
  };
}

/** @throws InputError where something is called a part that the model does not have */
async function completeParts(model: string): Promise<readonly string[] | undefined> {
  const parts = await partsOf(model);
  if (parts === undefined) return undefined;
  const extra = (await namedLikeParts(model)).find((name) => !parts.includes(name));
  if (extra !== undefined) {
    throw new InputError(
      `${path.join(path.dirname(model), extra)} is called a part of a model that has ${parts.length} parts; remove or rename it.`,
    );
  }
  return parts;
}
