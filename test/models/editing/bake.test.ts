import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, link, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { lineageOf } from '../../../src/engine/gguf/lineage.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { isDerivedFrom } from '../../../src/engine/weights/derivedMetadata.ts';
import { almanac } from '../models.ts';
import { eiffel, file, quick } from './eiffel.ts';

const edited = 'blk.2.ffn_down.weight';

describe('bake', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  const patch = path.join(folder, 'eiffel.patch.gguf');
  const base = path.join(folder, 'base.gguf');

  beforeAll(async () => {
    await copyFile(almanac, base);
    using model = await Model.load(base);
    using session = await EditSession.open(model);
    const options = { cacheFolder: folder, hyperparameters: quick };
    const { contents } = await computePatch(session, planEdits(session, file, [eiffel], options), options);
    await writePatch(model.runtime, patch, contents, [base]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function logits(model: Model, adapter?: Adapter): Promise<Float32Array> {
    using context = new Context(model, { size: 64 });
    context.setAdapters(adapter === undefined ? [] : [{ adapter, strength: 1 }]);
    const tokens = model.tokenizer.prompt(eiffel.prompt);
    await context.decode(new TokenBatch(TokenBatch.sequence(tokens)));
    return context.logits(tokens.length - 1);
  }

  it('writes the patched model, all else byte for byte', async () => {
    const out = path.join(folder, 'baked.gguf');
    const digest = await digestFile(base);
    const report = await bake(await loadRuntime(), base, [{ path: patch, strength: 1 }], out);
    expect(report.map(({ name }) => name)).toEqual([edited]);
    expect(report[0]?.change).toBeGreaterThan(0.01);
    expect(report[0]?.loss).toBeLessThan(0.02);

    using model = await Model.load(base);
    using adapter = Adapter.load(model, patch);
    using baked = await Model.load(out);
    const wanted = await logits(model, adapter);
    const found = await logits(baked);
    const largest = Math.max(...wanted.map(Math.abs));
    for (const [token, value] of wanted.entries()) {
      expect(Math.abs(value - (found[token] ?? Number.NaN))).toBeLessThan(0.02 * largest);
    }
    const [before, after] = [await readModelFiles(base), await readModelFiles(out)];
    const own = [...after.header.metadata].filter(([key]) => !key.startsWith('general.base_model.'));
    expect(own).toEqual([...before.header.metadata]);
    expect(lineageOf(after.header).bases).toMatchObject([{ name: 'almanac' }]);
    expect(isDerivedFrom(after.header, before.header)).toBe(true);
    for (const info of before.header.tensors) {
      const same = after.header.tensors.find(({ name }) => name === info.name);
      if (same === undefined) throw new Error(`${info.name} is gone`);
      const equal = Buffer.from(await readTensorBytes(before, info)).equals(
        await readTensorBytes(after, same),
      );
      expect([info.name, equal]).toEqual([info.name, info.name !== edited]);
    }
    expect(await digestFile(base)).toBe(digest);
  });

  it('with strength 0 gives the base again', async () => {
    const out = path.join(folder, 'same.gguf');
    await bake(await loadRuntime(), base, [{ path: patch, strength: 0 }], out);
    const [before, after] = [await readModelFiles(base), await readModelFiles(out)];
    for (const [index, info] of before.header.tensors.entries()) {
      const same = after.header.tensors[index];
      expect(same?.name).toBe(info.name);
      if (same === undefined) continue;
      // toEqual would take a minute over a million bytes
      expect(
        Buffer.from(await readTensorBytes(after, same)).equals(await readTensorBytes(before, info)),
      ).toBe(true);
    }
  });

  it.each(['itself', 'a symbolic link to it', 'a hard link to it'])(
    'never writes over its input: %s',
    async (how) => {
      const out = how === 'itself' ? base : path.join(folder, `${how.replaceAll(' ', '-')}.gguf`);
      if (how.includes('symbolic')) await symlink(base, out);
      if (how.includes('hard')) await link(base, out);
      const digest = await digestFile(base);
      await expect(bake(await loadRuntime(), base, [{ path: patch, strength: 1 }], out)).rejects.toThrow(
        /never written/,
      );
      expect(await digestFile(base)).toBe(digest);
    },
  );

  it('leaves no half file when it is cancelled', async () => {
    const files = readdirSync(folder);
    const out = path.join(folder, 'never.gguf');
    const abort = new AbortController();
    const report = (_: string, fraction: number) => {
      if (fraction > 0.3) abort.abort();
    };
    const work = { signal: abort.signal, report };
    await expect(bake(await loadRuntime(), base, [{ path: patch, strength: 1 }], out, work)).rejects.toThrow(
      /cancel/i,
    );
    expect(readdirSync(folder)).toEqual(files);
  });
});
