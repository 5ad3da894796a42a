import path from 'node:path';
import { InputError } from '../errors.ts';
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
  /** The paths that it is named by, which are never written. */
  readonly own: readonly string[];
}

/**
 * A file, a folder without what Git keeps there, or all parts of a split model.
 *
 * @param without files that may lie in the folder and are no part of the model
 * @throws InputError where something is called a part that the model does not have
 */
export async function filesOfModel(
  model: string,
  { without, allowSymlinks }: { readonly without: readonly string[]; readonly allowSymlinks: boolean },
): Promise<WholeModel> {
  const parts = await completeParts(model);
  const root = parts === undefined ? model : path.dirname(model);
  const ignored = without.flatMap((file) => {
    const inside = path.relative(path.resolve(root), path.resolve(file)).split(path.sep).join('/');
    return inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? [] : [inside];
  });
  const search = { ignored: [...gitPaths, ...ignored], allowSymlinks };
  const starts = parts ?? ['.'];
  return {
    name: parts?.[0] ?? path.basename(path.resolve(model)),
    search,
    files: await filesBelow(root, starts, search),
    own: starts.map((start) => path.join(root, start)),
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
