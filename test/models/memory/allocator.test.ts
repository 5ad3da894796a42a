import koffi, { type LibraryHandle } from 'koffi';
import { describe, expect, it } from 'vitest';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';

const size = 8 << 20;

/** Of glibc: how many blocks of memory are mapped on their own. */
function mappedBlocks(libc: LibraryHandle): () => number {
  const field = (name: string) => [name, 'size_t'] as const;
  const names = 'arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost'.split(' ');
  const information = koffi.struct(Object.fromEntries(names.map(field)));
  const read = libc.func('mallinfo2', information, []);
  return () => Number(read().hblks);
}

describe.runIf(process.platform === 'linux')('large blocks', () => {
  it('are given back when they are freed, however often: each is mapped on its own', async () => {
    await loadRuntime();
    const libc = koffi.load(null);
    const allocate = libc.func('void *malloc(size_t)');
    const free = libc.func('void free(void *)');
    const mapped = mappedBlocks(libc);
    for (let time = 0; time < 3; time++) {
      const before = mapped();
      const block: unknown = allocate(size);
      expect(mapped() - before, `time ${time}`).toBe(1);
      free(block);
    }
  });
});
