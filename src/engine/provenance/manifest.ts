import { createHash } from 'node:crypto';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { digestFile } from '../files/digest.ts';
import { openFile } from '../files/source.ts';
import { isLfsPointer, notGguf, TELLING } from '../gguf/notGguf.ts';
import type { Work } from '../work/progress.ts';
import type { SignedFiles } from './signedFiles.ts';

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

/**
 * The digests of all files of a model, as OpenSSF Model Signing v1.0 lists them.
 *
 * @param name what the model is called; for people alone
 * @throws InputError where there is no file, or one is a Git LFS pointer, which says nothing of what will lie there
 */
export async function manifestOf(
  name: string,
  { root, names }: SignedFiles,
  work: Work = {},
): Promise<Manifest> {
  const sorted = [...names].sort(byParts);
  const resources: Resource[] = [];
  for (const [index, file] of sorted.entries()) {
    await refusePointer(path.join(root, file));
    const digest = await digestFile(path.join(root, file), {
      signal: work.signal,
      report: (stage, fraction) => work.report?.(stage, (index + fraction) / sorted.length),
    });
    resources.push({ name: file, algorithm: 'sha256', digest: digest.slice('sha256:'.length) });
  }
  if (resources.length === 0) throw new InputError(`${root} holds no files that could be signed.`);
  return { name, resources, root: rootOf(resources) };
}

async function refusePointer(file: string): Promise<void> {
  await using source = await openFile(file);
  const beginning = await source.read(0, TELLING);
  if (isLfsPointer(beginning)) throw notGguf(file, beginning);
}

export function rootOf(resources: readonly Resource[]): string {
  const hash = createHash('sha256');
  for (const { digest } of resources) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/** The order of Python's paths, by which the reference implementation sorts. No file lies below another. */
function byParts(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const compared = Buffer.compare(Buffer.from(left[i] ?? ''), Buffer.from(right[i] ?? ''));
    if (compared !== 0) return compared;
  }
  return 0;
}
