import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { type TinyAdapter, writeAdapter } from '../tiny/adapters.ts';
import { architectures } from '../tiny/architectures.ts';
import { TinyModels } from '../tiny/write.ts';

const tokens = [1, 70, 80, 90, 100, 110, 120, 130];

/** What llama.cpp multiplies with no adapter: norms, biases, factors and positions that are looked up. */
const NOT_APPLIED = /norm|\.bias$|rope_|position_embd|^ssm|exp_probs/;

describe('a baked model computes what llama.cpp computes with the adapters on', () => {
  const models = new TinyModels();
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  afterAll(() => {
    models[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  async function logits(model: Model, adapters: readonly { adapter: Adapter; strength: number }[] = []) {
    using context = new Context(model, { size: 64, threads: 1, cacheType: 'f32' });
    context.setAdapters(adapters);
    await context.decode(new TokenBatch(TokenBatch.sequence(tokens)));
    return context.logits(tokens.length - 1);
  }

  async function weightsOf(file: string): Promise<Record<string, readonly number[]>> {
    const { header } = await readModelFiles(file);
    const tied = !header.tensors.some(({ name }) => name === 'output.weight');
    return Object.fromEntries(
      header.tensors
        .filter(({ name }) => !NOT_APPLIED.test(name) && !(tied && name === 'token_embd.weight'))
        .map(({ name, ne }) => [name, ne]),
    );
  }

  const largest = (a: Float32Array, b: Float32Array) =>
    a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), 0);

  async function compare(file: string, adapters: readonly (TinyAdapter & { strength: number })[]) {
    const runtime = await loadRuntime();
    const patches = [];
    for (const [index, adapter] of adapters.entries()) {
      const patch = path.join(folder, `${index}.gguf`);
      await writeAdapter(runtime, patch, adapter);
      patches.push({ path: patch, strength: adapter.strength });
    }
    using model = await Model.load(file);
    const on = patches.map(({ path: patch, strength }) => ({
      adapter: Adapter.load(model, patch),
      strength,
    }));
    const [plain, wanted] = [await logits(model), await logits(model, on)];
    const out = path.join(folder, 'baked.gguf');
    const report = await bake(runtime, file, patches, out);
    using baked = await Model.load(out);
    const found = await logits(baked);
    for (const { adapter } of on) adapter.dispose();
    return { report, moved: largest(wanted, plain), error: largest(found, wanted) };
  }

  it.each(Object.keys(architectures))('%s, every matrix of it', async (name) => {
    const file = await models.write(name);
    const weights = await weightsOf(file);
    const architecture = architectures[name]?.name ?? name;
    const { report, moved, error } = await compare(file, [{ architecture, weights, strength: 0.7 }]);
    expect(report.map(({ name: changed }) => changed).sort()).toEqual(Object.keys(weights).sort());
    expect(moved).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(1e-3 * Math.max(1, moved));
  });

  it.each([
    ['token_embd.weight', 'llama'],
    ['output.weight', 'llama'],
    ['blk.1.attn_q.weight', 'llama'],
    ['blk.3.attn_output.weight', 'llama'],
    ['blk.2.ffn_down.weight', 'llama'],
    ['blk.2.ffn_down_exps.weight', 'mixtral'],
    ['blk.0.ffn_gate_exps.weight', 'mixtral'],
    ['blk.1.ffn_gate_inp.weight', 'mixtral'],
    ['blk.1.ffn_up_shexp.weight', 'qwen2moe'],
  ])('%s alone', async (weight, name) => {
    const file = await models.write(name);
    const ne = (await weightsOf(file))[weight] ?? [];
    const { moved, error } = await compare(file, [
      { architecture: architectures[name]?.name ?? name, weights: { [weight]: ne }, strength: 2 },
    ]);
    expect(moved).toBeGreaterThan(1e-3);
    expect(error).toBeLessThan(5e-3 * moved);
  });

  it('several patches, of several ranks, scales and strengths', async () => {
    const file = await models.write('mixtral');
    const weights = await weightsOf(file);
    const some = Object.fromEntries(Object.entries(weights).filter(([name]) => /down|embd/.test(name)));
    const common = { architecture: 'llama', strength: 1 };
    const { moved, error } = await compare(file, [
      { ...common, weights, rank: 1, alpha: 0, strength: 0.3 },
      { ...common, weights: some, rank: 5, alpha: 8, seed: 2, strength: -0.6 },
      { ...common, weights: some, rank: 2, alpha: -1, seed: 3, strength: 1.5 },
      { ...common, weights, rank: 2, seed: 4, strength: 0 },
    ]);
    expect(moved).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(1e-3 * Math.max(1, moved));
  });

  // the factors' rounding is in both; a product with Q8_0 also rounds what it multiplies
  it.each([
    ['f16', [1, 1], 32, 0.01],
    ['bf16', [30, 0], 3, 0.02],
    ['q8_0', [8, 8], 32, 0.05],
  ] as const)('factors in %s', async (_, types, rank, most) => {
    const file = await models.write('llama');
    const weights = await weightsOf(file);
    const { moved, error } = await compare(file, [
      { architecture: 'llama', weights, types, rank, deviation: 0.05, strength: 1 },
    ]);
    expect(moved).toBeGreaterThan(0.1);
    expect(error).toBeLessThan(most * Math.max(1, moved));
  });

  it.each([
    ['llama', 'blk.1.attn_norm.weight', [64]],
    ['gpt2', 'position_embd.weight', [64, 128]],
    ['gpt2', 'blk.0.attn_qkv.bias', [128]],
  ] as const)('of %s, %s is refused, where llama.cpp applies no adapter', async (name, weight, ne) => {
    const runtime = await loadRuntime();
    const model = await models.write(name);
    const patch = path.join(folder, 'unused.gguf');
    const out = path.join(folder, `never-${weight}.gguf`);
    await writeAdapter(runtime, patch, { architecture: name, weights: { [weight]: ne } });
    using engine = new Engine({ threads: 1 });
    const baking = engine.bake({ model, patches: [{ path: patch, strength: 1 }], out });
    await expect(baking).rejects.toThrow(`changes "${weight}", where llama.cpp applies no adapter`);
    expect(existsSync(out)).toBe(false);
    expect(await engine.bake({ model, patches: [{ path: patch, strength: 0 }], out })).toMatchObject({
      tensors: [],
    });
  });

  it('all that llama.cpp applies may be baked', async () => {
    const runtime = await loadRuntime();
    const model = await models.write('mixtral');
    const patch = path.join(folder, 'used.gguf');
    await writeAdapter(runtime, patch, { architecture: 'llama', weights: await weightsOf(model) });
    using engine = new Engine({ threads: 1 });
    const patches = [{ path: patch, strength: 1 }];
    const { tensors } = await engine.bake({ model, patches, out: path.join(folder, 'used-baked.gguf') });
    expect(tensors).toHaveLength(Object.keys(await weightsOf(model)).length);
  });
});
