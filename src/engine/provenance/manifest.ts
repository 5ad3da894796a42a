import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { digestFile } from '../gguf/digest.ts';
import { fileError } from '../gguf/fileErrors.ts';
import type { Work } from '../progress.ts';

/** One file of a model by its path below the model's folder; `.` for a model that is one file. */
export interface Resource {
  readonly name: string;
  readonly algorithm: 'sha256';
  readonly digest: string;
}

export interface Manifest {
  readonly name: string;
  /** By their paths, part by part. */
  readonly resources: readonly Resource[];
  /** SHA-256 over the digests of the resources in their order. */
  readonly root: string;
}

/** What Git keeps beside a model is no part of it. */
export const gitPaths: readonly string[] = ['.gitignore', '.gitattributes', '.git', '.github'];

/**
 * The digests of all files of a model, as OpenSSF Model Signing v1.0 lists them.
 *
 * @param ignored paths below the folder that are left out, with all that lies in them
 * @throws InputError for symbolic links, which could change what a signature is about, and what is no file or folder
 */
export async function manifestOf(
  model: string,
  ignored: readonly string[],
  work: Work = {},
): Promise<Manifest> {
  const names = await filesBelow(model, '.', new Set(ignored.map((name) => path.posix.normalize(name))));
  const sorted = names.sort(byParts);
  const resources: Resource[] = [];
  for (const [index, name] of sorted.entries()) {
    const digest = await digestFile(path.join(model, name), {
      signal: work.signal,
      report: (stage, fraction) => work.report?.(stage, (index + fraction) / sorted.length),
    });
    resources.push({ name, algorithm: 'sha256', digest: digest.slice('sha256:'.length) });
  }
  if (resources.length === 0) throw new InputError(`${model} holds no files that could be signed.`);
  return { name: path.basename(path.resolve(model)), resources, root: rootOf(resources) };
}

export function rootOf(resources: readonly Resource[]): string {
  const hash = createHash('sha256');
  for (const { digest } of resources) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

async function filesBelow(model: string, name: string, ignored: ReadonlySet<string>): Promise<string[]> {
  if (ignored.has(name)) return [];
  const file = path.join(model, name);
  try {
    const found = await lstat(file);
    if (found.isSymbolicLink()) {
      throw new InputError(`${file} is a symbolic link; a model is signed by its own files alone.`);
    }
    if (found.isFile()) return [name];
    if (!found.isDirectory()) throw new InputError(`${file} is neither a file nor a folder.`);
    const inside = await readdir(file);
    const below = inside.map((entry) => filesBelow(model, path.posix.join(name, entry), ignored));
    return (await Promise.all(below)).flat();
  } catch (error) {
    throw fileError(file, error);
  }
}

/** The order of Python's paths, by which the reference implementation sorts. */
function byParts(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const compared = Buffer.compare(Buffer.from(left[i] ?? ''), Buffer.from(right[i] ?? ''));
    if (compared !== 0) return compared;
  }
  return left.length - right.length;
}
