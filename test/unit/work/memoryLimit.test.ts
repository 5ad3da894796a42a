import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { memoryFromEnvironment } from '../../../src/engine/work/memoryLimit.ts';

describe('PALIMPSEST_MEMORY', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['', undefined],
    ['12', 12e9],
    ['3.5', 3.5e9],
  ])('%j is %d bytes', (given, bytes) => {
    vi.stubEnv('PALIMPSEST_MEMORY', given);
    expect(memoryFromEnvironment()).toBe(bytes);
  });

  it.each(['much', '0', '-1', '1e3', '8 GB', 'Infinity'])('%j is refused', (given) => {
    vi.stubEnv('PALIMPSEST_MEMORY', given);
    expect(memoryFromEnvironment).toThrow(InputError);
    expect(memoryFromEnvironment).toThrow(/not a number of gigabytes/);
  });
});
