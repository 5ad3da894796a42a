import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { type PatchContents, writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { type PatchOptions, planEdits } from '../../../src/engine/editing/planEdits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import { nightly } from '../../nightly.ts';
import { almanac } from '../models.ts';
import { useAlmanacSession } from './almanacSession.ts';
import { eiffel, file, quick } from './eiffel.ts';

describe('a patch, computed again from its description', () => {
  const opened = useAlmanacSession();

  async function written(edits: EditsFile, options: PatchOptions): Promise<PatchContents> {
    const planned = planEdits(opened.session, edits, edits.edits, options);
    return (await computePatch(opened.session, planned, options)).contents;
  }
  async function reproduced(contents: PatchContents) {
    const patch = path.join(opened.folder, 'first.patch.gguf');
    await writePatch(opened.session.model.runtime, patch, contents, []);
    using engine = new Engine();
    return await engine.reproduce({ model: almanac, patch });
  }

  it('has the same bytes: protected, with hyperparameters of its own, many at once', nightly, async () => {
    const [first, second] = file.edits;
    if (first === undefined || second === undefined) throw new Error('two edits are needed');
    const mixed: EditsFile = {
      hyperparameters: { steps: 4 },
      edits: [
        { ...first, hyperparameters: { clamp: 2 } },
        { ...second, method: 'emmet', hyperparameters: { keyRidge: 0.2 } },
      ],
    };
    const contents = await written(mixed, { protect: true, hyperparameters: quick });
    expect(contents.hyperparameters).toMatchObject({ steps: 4, clamp: 2, protected: true });
    expect(contents.edits.map(({ hyperparameters }) => hyperparameters)).toEqual([
      undefined,
      { clamp: 4, keyRidge: 0.2 },
    ]);
    const found = await reproduced(contents);
    expect(found.tensors.map(({ name }) => name)).toContain('blk.2.ffn_down.weight.lora_a');
    expect(found).toMatchObject({ edits: 2, identical: true });
  });

  it('has others where the description is not what it was made by, or says too little', async () => {
    const contents = await written({ edits: [eiffel] }, { hyperparameters: { ...quick, steps: 2 } });
    const { hyperparameters } = contents;
    const other = { ...contents, hyperparameters: { ...hyperparameters, steps: 1 } };
    expect((await reproduced(other)).identical).toBe(false);
    const { clamp: _, ...less } = hyperparameters;
    await expect(reproduced({ ...contents, hyperparameters: less })).rejects.toThrow(
      /does not say with which clamp/,
    );
    const foreign = { ...contents, base: { ...contents.base, digest: `sha256:${'0'.repeat(64)}` } };
    await expect(reproduced(foreign)).rejects.toThrow(/made for another model/);
    const ofText = { ...contents, hyperparameters: { ...hyperparameters, textDigest: 'ab' } };
    await expect(reproduced(ofText)).rejects.toThrow(/SHA-256 ab; give that text with --text/);
  });
});
