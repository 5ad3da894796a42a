import type { Moved } from '../../protocol/review.ts';
import { EngineError } from '../errors.ts';
import { partialFile } from '../files/partialFiles.ts';
import type { RemoteModels } from '../remote/remoteModels.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import type { Work } from '../work/progress.ts';
import { pairTensors } from './difference/pairs.ts';
import { missingOf, type SamePlaces } from './difference/samePlaces.ts';

/** Has what runs on this machine whole. @returns why it has not, where more would be downloaded than is allowed */
export async function fetchToRun(
  remote: RemoteModels,
  files: readonly string[],
  work: Work,
): Promise<true | string> {
  const why = remote.tooMuchToRun(files);
  if (why !== undefined) return why;
  try {
    await remote.complete(files, work);
    return true;
  } catch (error) {
    // what is damaged is no candidate; what cannot be reached now has been looked at as far as it was
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

/** @throws InputError where comparing the tensors would download more than is allowed, before any of it is */
export function expectToRead(
  remote: RemoteModels,
  { base, candidate }: { readonly base: Checkpoint; readonly candidate: Checkpoint },
  same: SamePlaces,
): void {
  const read = pairTensors(base, candidate).pairs.filter((pair) => !same.has(pair));
  const missing = read.reduce(
    (sum, pair) => sum + missingOf(base, pair.base) + missingOf(candidate, pair.candidate),
    0,
  );
  remote.transfer.expect(missing, candidate.header.name);
}

/** What the network was used for; null where all was at hand. */
export function movedFor(
  remote: RemoteModels,
  base: Checkpoint,
  candidate: Checkpoint,
  same: number,
): Moved | null {
  const far = [base, candidate].filter(({ paths }) => paths.some((file) => partialFile(file) !== undefined));
  if (far.length === 0) return null;
  const size = far.reduce((sum, { header }) => sum + header.fileSize, 0);
  return { bytes: remote.transfer.moved, of: size, same };
}
