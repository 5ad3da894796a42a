import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/errors.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { expectMemory, memoryNeed } from '../../../src/engine/llama/memory.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac } from '../models.ts';

const shapes = [
  { size: 256 },
  { size: 1024 },
  { size: 1024, batch: 256, outputs: 64 },
  { size: 2048, cacheType: 'f32' },
] as const;

describe('the memory that a model needs', () => {
  it.each(shapes)('is estimated above what llama.cpp reserves, and not far above: %o', async (shape) => {
    const { header } = await readModelFiles(almanac);
    const need = memoryNeed(header, shape);
    using model = await Model.load(almanac);
    const reserved = { KV: 0, compute: 0 };
    model.runtime.setLog((_, text) => {
      const [, kind, mebibytes] = /(KV|compute) buffer size = +([\d.]+) MiB/.exec(text) ?? [];
      if (kind === 'KV' || kind === 'compute') reserved[kind] = Number(mebibytes) * 2 ** 20;
    });
    using _ = new Context(model, { ...shape, threads: 1 });
    model.runtime.setLog(undefined);
    // llama.cpp's log rounds to hundredths of a MiB
    expect(Math.abs(need.cache - reserved.KV)).toBeLessThan(2 ** 14);
    expect(need.compute).toBeGreaterThan(reserved.compute);
    expect(need.compute).toBeLessThan(4 * reserved.compute);
    expect(need.weights).toBeLessThanOrEqual(header.fileSize);
  });

  it('is refused with the figures when it is not there', async () => {
    const { header } = await readModelFiles(almanac);
    const need = memoryNeed(header);
    expect(() => expectMemory('m.gguf', need, need.total)).not.toThrow();
    expect(() => expectMemory('m.gguf', { ...need, total: 5.25e9 }, 3.1e9)).toThrow(EngineError);
    expect(() => expectMemory('m.gguf', { ...need, total: 5.25e9 }, 3.1e9)).toThrow(
      /^m\.gguf needs about 5\.3 GB of memory \(weights 0\.01, cache .*, working memory .*\), but only 3\.1 GB are free;/,
    );
  });
});
