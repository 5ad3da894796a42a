import type { LibraryHandle } from 'koffi';

const mmapThreshold = -3;
/** What glibc starts with. */
const bytes = 128 << 10;

/**
 * Makes glibc give back large blocks when they are freed. It would raise the size from which a block is mapped on its
 * own up to 32 MB, and the buffers of a pass, whose sizes differ from prompt to prompt, would leave holes in its heap.
 * Other C libraries have no such call.
 */
export function giveBackFreedBlocks(c: LibraryHandle): void {
  if (process.platform !== 'linux') return;
  try {
    c.func('int mallopt(int, int)')(mmapThreshold, bytes);
  } catch {
    // musl
  }
}
