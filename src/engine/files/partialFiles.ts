import path from 'node:path';

/**
 * A file of which not all bytes are on this machine yet. It has its full size, and holes where bytes are missing; they
 * are fetched before they are read.
 */
export interface PartialFile {
  /** As people call it: where it comes from. */
  readonly name: string;
  /** What tells its content from any other. */
  readonly identity: string;
  /** `sha256:` and 64 digits over the whole file, where they are known without reading it. */
  readonly digest: string | undefined;
  /** Bytes of a stretch that would have to be fetched. */
  missing(offset: number, length: number): number;
  /**
   * Fetches what is missing of a stretch.
   *
   * @param until where reading on is of use, so that one request may bring more than is needed at once
   */
  need(offset: number, length: number, until?: number): Promise<void>;
}

const files = new Map<string, PartialFile>();

/** The file at `place`, if parts of it may be missing. */
export function partialFile(place: string): PartialFile | undefined {
  return files.size === 0 ? undefined : files.get(path.resolve(place));
}

/** The digest of a model of one file, where it is known without reading it. */
export function saidDigest([only, ...others]: readonly string[]): string | undefined {
  return only === undefined || others.length > 0 ? undefined : partialFile(only)?.digest;
}

/** Fetches all of the file at `place` that is missing; nothing is missing of ordinary files. */
export async function fetchWhole(place: string): Promise<void> {
  await partialFile(place)?.need(0, Number.POSITIVE_INFINITY);
}

/** From now on whoever reads `place` by position waits for its bytes; until it is disposed of. */
export function registerPartial(place: string, file: PartialFile): Disposable {
  const absolute = path.resolve(place);
  files.set(absolute, file);
  return { [Symbol.dispose]: () => void files.delete(absolute) };
}
