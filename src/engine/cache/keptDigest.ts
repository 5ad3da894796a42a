/** The digest of files, with what tells that they are still the same. */
export interface KeptDigest {
  /** For people: the first of the files. */
  readonly about: string;
  /** A line a file: path, size, times and inode. */
  readonly stamps: string;
  readonly digest: string;
}

/** As it was kept; undefined for anything else. Without schemas, since the editor reads headers before it loads them. */
export function keptDigestIn(content: unknown): KeptDigest | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const { about, stamps, digest } = content as Record<keyof KeptDigest, unknown>;
  if (typeof about !== 'string' || typeof stamps !== 'string' || typeof digest !== 'string') return undefined;
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? { about, stamps, digest } : undefined;
}
