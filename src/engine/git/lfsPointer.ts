/** What Git keeps of a file whose content Git LFS keeps. */
export interface LfsPointer {
  /** SHA-256 of the content, in hexadecimal. */
  readonly oid: string;
  /** Of the content, in bytes. */
  readonly size: number;
}

/** No pointer is longer (the specification's own bound). */
export const maxPointerLength = 1024;

/** Reads a pointer of Git LFS (specification 1). @returns undefined where it is anything else */
export function lfsPointer(bytes: Uint8Array): LfsPointer | undefined {
  if (bytes.length > maxPointerLength) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (!text.startsWith('version https://git-lfs.github.com/spec/v1\n')) return undefined;
  const [, oid] = /^oid sha256:([0-9a-f]{64})$/m.exec(text) ?? [];
  const [, size] = /^size (\d{1,15})$/m.exec(text) ?? [];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}
