import { describe, expect, it } from 'vitest';
import { announceMemory, covarianceBytes, editNeed } from '../../../src/engine/editing/session/editMemory.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { memoryNeed } from '../../../src/engine/llama/memory.ts';
import { almanac } from '../../models/models.ts';
import { build, sourceOf } from '../gguf/build.ts';

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

  it('is what can be reckoned by hand for a small model', async () => {
    const bytes = build({
      metadata: [
        ['general.architecture', ['string', 'llama']],
        ['llama.block_count', ['uint32', 2]],
        ['llama.embedding_length', ['uint32', 8]],
        ['llama.feed_forward_length', ['uint32', 16]],
        ['llama.attention.head_count', ['uint32', 2]],
      ],
      tensors: [
        { name: 'blk.0.ffn_gate.weight', ne: [8, 32] },
        { name: 'blk.0.ffn_down.weight', ne: [16, 8] },
        { name: 'blk.1.ffn_down.weight', ne: [12, 8] },
        { name: 'token_embd.weight', ne: [8, 10] },
        { name: 'output_norm.weight', ne: [8] },
      ],
    });
    const header = await readHeader(sourceOf(bytes));
    const context = ({ cache, compute }: { cache: number; compute: number }) => cache + compute;
    const sampling = context(memoryNeed(header, { size: 4096, batch: 256, outputs: 32 }));
    const contexts = context(memoryNeed(header, { size: 1024, batch: 512, outputs: 128, cacheType: 'f32' }));
    // of keys 16 wide: a triangle of 136 doubles, and a factor of floats with a block of 256 columns
    const solver = 136 * 8 + 16 * (16 + 256) * 4;
    expect(covarianceBytes(header)).toBe(solver);
    const need = editNeed(header);
    expect(need.contexts).toBe(contexts);
    // 128 tokens in 2 layers keep 8 widths, 4 of the MLP and 2 rows of attention a head; 128 rows of 10 logits
    expect(need.gradient).toBe(4 * (2 * 128 * (8 * 8 + 4 * 16 + 2 * 2 * 128) + 4 * 128 * 10));
    // F32 matrices are copied as they are, vectors not at all
    expect(need.copies).toBe(4 * (8 * 32 + 16 * 8 + 12 * 8 + 8 * 10));
    expect(need.covariance).toBe(136 * 8 + 2048 * 16 * 4 + sampling);
    expect(need.least).toBe(memoryNeed(header).total + contexts + need.gradient + need.covariance);
    // with very many layers solving takes more than gathering: their solvers, and one triangle of floats
    expect(editNeed(header, 5000).covariance).toBe(5000 * solver + 136 * 4);
  });

  it('is least where nothing is known of a model', async () => {
    const header = await readHeader(
      sourceOf(build({ metadata: [['general.architecture', ['string', 'x']]] })),
    );
    const { copies, gradient } = editNeed(header);
    expect([copies, gradient, covarianceBytes(header)]).toEqual([0, 0, 0]);
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

  it('may be exactly what is allowed, and nobody needs to listen', () => {
    expect(said(2e9).reports).toEqual(['taking up to 2.0 of 2.0 GB of memory']);
    expect(said(5e9).warnings).toEqual([]);
    expect(() => announceMemory('m.gguf', need, 2e9, {})).not.toThrow();
  });

  it('is refused with the figures where nothing more can be given up', () => {
    expect(() => said(1.9e9)).toThrow(EngineError);
    expect(() => said(1.9e9)).toThrow(
      /^An edit of m\.gguf takes at least about 2\.0 GB .* 1\.9 GB may be used;/,
    );
  });
});
