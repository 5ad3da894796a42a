import { describe, expect, it } from 'vitest';
import { announceMemory, editNeed } from '../../../src/engine/editing/session/editMemory.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { memoryNeed } from '../../../src/engine/llama/memory.ts';
import { almanac } from '../../models/models.ts';

describe('the memory that an edit needs', () => {
  it('is told from the header, part by part', async () => {
    const { header } = await readModelFiles(almanac);
    const need = editNeed(header);
    expect(need.total).toBe(need.least + need.copies);
    expect(need.least).toBe(memoryNeed(header).total + need.contexts + need.gradient + need.covariance);
    // Q8_0 of every matrix
    const elements = header.tensors.reduce(
      (sum, { ne, elements }) => sum + ((ne[1] ?? 1) > 1 ? elements : 0),
      0,
    );
    expect(need.copies).toBeGreaterThanOrEqual((elements * 34) / 32);
    expect(need.copies).toBeLessThan(elements * 2.1);
    // keys are 1024 wide: a triangle of doubles and a square of floats
    const solver = 4 * 1024 ** 2 + 4 * 1024 ** 2;
    expect(editNeed(header, 5).covariance).toBeGreaterThan(5 * solver);
    expect(editNeed(header, 5).covariance).toBeLessThan(7 * solver);
  });

  const need = { contexts: 0, gradient: 0, covariance: 0, copies: 3e9, least: 2e9, total: 5e9 };
  const said = (limit: number) => {
    const [reports, warnings]: string[][] = [[], []];
    announceMemory('m.gguf', need, limit, {
      report: (stage) => void reports?.push(stage),
      warn: (text) => void warnings?.push(text),
    });
    return { reports, warnings };
  };

  it('is said before an edit', () => {
    expect(said(8e9)).toEqual({ reports: ['taking up to 5.0 of 8.0 GB of memory'], warnings: [] });
  });

  it('is kept with fewer copies, which is said', () => {
    const { reports, warnings } = said(3.5e9);
    expect(reports).toEqual(['taking up to 3.5 of 3.5 GB of memory']);
    expect(warnings).toEqual([
      expect.stringMatching(/^Of 3\.0 GB of transposed weights 1\.5 fit into 3\.5 GB/),
    ]);
  });

  it('is refused with the figures where nothing more can be given up', () => {
    expect(() => said(1.9e9)).toThrow(EngineError);
    expect(() => said(1.9e9)).toThrow(
      /^An edit of m\.gguf takes at least about 2\.0 GB .* 1\.9 GB may be used;/,
    );
  });
});
