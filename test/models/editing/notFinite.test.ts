import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { openFile } from '../../../src/engine/files/source.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { allFinite, areFinite, expectFinite } from '../../../src/engine/weights/finite.ts';
import { quantise } from '../../../src/engine/weights/quantise.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';
import { writeAdapter } from '../tiny/adapters.ts';
import { TinyModels } from '../tiny/write.ts';

const down = 'blk.2.ffn_down.weight';
const prompt = 'a b';

describe('values that are no numbers', () => {
  const models = new TinyModels();
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  const engine = new Engine({ threads: 1 });
  let runtime: Runtime;
  let model: string;
  const place = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    runtime = await loadRuntime();
    model = await models.write('llama');
  });
  afterAll(() => {
    engine[Symbol.dispose]();
    models[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  /** Writes a value into one place of a tensor of a file. */
  async function poisoned(from: string, to: string, tensor: string, at: number, value: number) {
    const files = await readModelFiles(from);
    const tensors = files.header.tensors.map((info) => ({
      name: info.name,
      type: info.type.id,
      ne: info.ne,
      data: async () => {
        const bytes = await readTensorBytes(files, info);
        if (info.name === tensor)
          new DataView(bytes.buffer, bytes.byteOffset).setFloat32(4 * at, value, true);
        return bytes;
      },
    }));
    await writeGguf(runtime, to, { metadata: {}, copyFrom: from, tensors });
    return to;
  }

  it.each([
    ['lora_a', Number.NaN],
    ['lora_b', Number.POSITIVE_INFINITY],
    ['lora_b', Number.NEGATIVE_INFINITY],
  ])('in %s of a patch are refused wherever it is switched on: %s', async (side, value) => {
    const sound = place('sound.gguf');
    await writeAdapter(runtime, sound, { architecture: 'llama', weights: { [down]: [96, 64] } });
    const patch = await poisoned(sound, place('nan.gguf'), `${down}.${side}`, 17, value);
    const patches = [{ path: patch, strength: 1 }];
    const sentence = `${patch} is damaged: ${down}.${side} holds values that are not finite (NaN or infinity).`;
    await expect(engine.probe({ model, prompt, patches })).rejects.toThrow(sentence);
    await expect(engine.apply({ model, patches })).rejects.toThrow(sentence);
    await expect(engine.bake({ model, patches, out: place('baked.gguf') })).rejects.toThrow(sentence);
    expect(readdirSync(folder)).not.toContain('baked.gguf');
    await expect(
      engine.probe({ model, prompt, patches: [{ path: sound, strength: 1 }] }),
    ).resolves.toBeDefined();
  });

  it('in a model are said by probe, and never written', async () => {
    const bad = await poisoned(model, place('bad.gguf'), 'blk.1.attn_norm.weight', 3, Number.NaN);
    await expect(engine.probe({ model: bad, prompt })).rejects.toThrow(
      `${bad} computes logits that are not finite (NaN or infinity) with what is switched on`,
    );
    const patch = place('fine.gguf');
    await writeAdapter(runtime, patch, { architecture: 'llama', weights: { [down]: [96, 64] } });
    // in a row of the embedding that the prompt does not touch
    const quiet = await poisoned(model, place('quiet.gguf'), 'token_embd.weight', 64 * 299 + 1, Number.NaN);
    const baking = { model: quiet, patches: [{ path: patch, strength: 1 }], out: place('baked.gguf') };
    await expect(engine.bake(baking)).rejects.toThrow(
      `${quiet} is damaged: token_embd.weight holds values that are not finite`,
    );
    expect(readdirSync(folder)).not.toContain('baked.gguf');
  });

  it('that a strength makes are said, and never written', async () => {
    const patch = place('strong.gguf');
    await writeAdapter(runtime, patch, { architecture: 'llama', weights: { [down]: [96, 64] } });
    const patches = [{ path: patch, strength: 1e39 }];
    await expect(engine.probe({ model, prompt, patches })).rejects.toThrow('or a strength is too large.');
    const half = await models.write('llama', { type: 1 });
    const large = [{ path: patch, strength: 1e8 }];
    await expect(engine.bake({ model: half, patches: large, out: place('baked.gguf') })).rejects.toThrow(
      `With the patches ${down} holds values that f16 cannot hold (NaN or infinity); nothing was written.`,
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e39])('are written into no patch: %s', async (value) => {
    const right = Float64Array.of(1, 2, value);
    for (const [left, other] of [
      [Float64Array.of(1, 2), right],
      [right, Float64Array.of(1, 2)],
    ]) {
      if (left === undefined || other === undefined) throw new Error('no update');
      const contents = {
        base: { digest: 'd', name: 'm', architecture: 'llama' },
        edits: [],
        hyperparameters: {},
        tool: 't',
        measures: null,
        updates: [{ layer: 1, left, right: other }],
      };
      await expect(writePatch(runtime, place('never.gguf'), contents, [])).rejects.toThrow(
        'The change of blk.1.ffn_down.weight came out with values that are not finite',
      );
    }
    expect(readdirSync(folder)).not.toContain('never.gguf');
  });

  it('are found in every type, wherever they stand', async () => {
    const count = (1 << 20) + 512;
    for (const type of GGML_TYPES.values()) {
      if (!['f32', 'f16', 'bf16', 'q4_0', 'q4_1', 'q8_0', 'q4_K', 'q6_K'].includes(type.name)) continue;
      const values = new Float32Array(count).fill(0.5);
      const bytes = quantise(runtime, type.id, values, [count]);
      expect([type.name, await areFinite(runtime, { type }, bytes)]).toEqual([type.name, true]);
      // all ones are NaN, in a value as in a block's scale
      bytes.fill(0xff, bytes.length - type.typeSize);
      expect([type.name, await areFinite(runtime, { type }, bytes)]).toEqual([type.name, false]);
    }
    const type = GGML_TYPES.get(26);
    if (type === undefined) throw new Error('no i32');
    expect(await areFinite(runtime, { type }, new Uint8Array(8).fill(0xff))).toBe(true);
  });

  it('are found in a file piece by piece', async () => {
    const file = place('long.gguf');
    const values = new Float32Array((1 << 20) + 7);
    const write = () =>
      writeGguf(runtime, file, {
        metadata: {},
        tensors: [
          { name: 'first', type: 0, ne: [3], data: Float32Array.of(1, 2, 3) },
          { name: 'long', type: 0, ne: [values.length], data: values },
        ],
      });
    const check = async () => {
      await using source = await openFile(file);
      await expectFinite(runtime, source, (await readHeader(source)).tensors);
    };
    await write();
    await check();
    for (const at of [0, 1 << 20, values.length - 1]) {
      values.fill(0);
      values[at] = Number.NEGATIVE_INFINITY;
      await write();
      await expect(check()).rejects.toThrow('long holds values that are not finite');
    }
  });

  it('are told from large and small numbers', () => {
    expect(allFinite(Float32Array.of(3.4e38, -3.4e38, 1e-45, -0))).toBe(true);
    expect(allFinite(new Float32Array())).toBe(true);
    expect(allFinite(Float64Array.of(1, Number.NaN))).toBe(false);
    expect(allFinite(Float64Array.of(Number.NEGATIVE_INFINITY, 1))).toBe(false);
  });
});
