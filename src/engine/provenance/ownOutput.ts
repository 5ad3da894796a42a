import { open } from 'node:fs/promises';
import { fileError } from '../files/fileErrors.ts';

/** How a Sigstore bundle and a CycloneDX record begin, whoever wrote them. */
const ours = /^\s*\{\s*"(?:mediaType|bomFormat|\$schema)"\s*:\s*"[^"]*(?:sigstore|cyclonedx)/i;

/** May a signature or a record be written there: is nothing there, or one of them that is written again? */
export async function isOwnOutput(file: string): Promise<boolean> {
  try {
    await using handle = await open(file);
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(1024) });
    return bytesRead === 0 || ours.test(buffer.toString('latin1', 0, bytesRead));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    // a folder is refused by what writes
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return false;
    throw fileError(file, error);
  }
}
