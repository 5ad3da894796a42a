import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fromHeaders } from '../../../src/engine/facade/fromHeaders.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { inspectModel } from '../../../src/engine/review/inspect.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { quantise } from '../../../src/engine/weights/quantise.ts';
import { FakeHub, type Stored } from '../../hub/fakeHub.ts';
import { build } from '../../unit/gguf/build.ts';
import { almanac } from '../models.ts';
import { splitFile } from '../splitFile.ts';
import { asFolder } from '../tiny/folder.ts';
import { TinyModels } from '../tiny/write.ts';
import { rankOne, remake } from './checkpoints.ts';

/** Reviews of models that lie on a server that does as the hub does. */

let folder: string;
let hub: FakeHub;
let edited: string;
const down = 'blk.2.ffn_down.weight';
const stored = (content: string): Stored => ({ content, lfs: true });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-far-'));
  edited = await remake(almanac, folder, 'edited.gguf', {
    change: (name, values, columns) => name === down && rankOne(values, columns, 0.5),
  });
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  hub = await FakeHub.open();
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_TOKEN', 'hf_test');
  vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(path.join(folder, 'cache-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub[Symbol.asyncDispose]();
});

const review = (base: string, candidate: string, options = {}) =>
  reviewModels(base, candidate, { trace: false, ...options }, 1);

describe('a candidate on the hub', () => {
  it('gets the verdict that it gets at hand', async () => {
    hub.commit('org/model', { 'model.gguf': stored(edited) });
    const far = await review(almanac, 'hf:org/model/model.gguf');
    const near = await review(almanac, edited);
    expect(far.candidate.path).toBe('hf:org/model/model.gguf');
    const told = ({ candidate, moved, evidence, ...rest }: typeof far) => rest;
    // directions are drawn anew in every run
    const plain = (one: typeof far) => ({ ...told(one), tensors: one.tensors.map(({ name }) => name) });
    expect({ ...plain(far), findings: far.findings.map(({ kind, tensor }) => [kind, tensor]) }).toEqual({
      ...plain(near),
      findings: near.findings.map(({ kind, tensor }) => [kind, tensor]),
    });
    expect(near.moved).toBeNull();
    expect(far.moved).toMatchObject({ same: 0, of: far.candidate.bytes });
    // nothing is fetched twice
    expect(far.moved?.bytes).toBeLessThanOrEqual(far.candidate.bytes);
  });

  it('that is the base is known from its digest, and of its weights nothing is moved', async () => {
    hub.commit('org/model', { 'model.gguf': stored(almanac) });
    const { verdict, moved, candidate } = await review(almanac, 'hf:org/model/model.gguf');
    const { header } = await readModelFiles(almanac);
    expect(verdict).toBe('identical');
    expect(moved).toMatchObject({ same: 1, of: candidate.bytes });
    // the header in pieces that double, and the block in which it ends
    expect(moved?.bytes).toBeLessThan(2 * header.dataOffset + 131_072);
  });

  it('is run where that is allowed, from a file whose digest was checked', async () => {
    hub.commit('org/model', { 'model.gguf': stored(edited) });
    const { behaviour, findings } = await review(almanac, 'hf:org/model/model.gguf', {
      trace: true,
      open: false,
    });
    expect(behaviour?.probes.length).toBeGreaterThan(0);
    expect(findings.map(({ kind }) => kind)).not.toContain('unmeasured');
  });

  it('is not run where that is a byte more than is allowed, which is said', async () => {
    hub.commit('org/model', { 'a-00001-of-00002.gguf': stored(almanac) });
    const [first, second] = await splitFile(almanac, path.join(folder, 'base'));
    const [third, fourth] = await splitFile(edited, path.join(folder, 'edited'));
    const base = { 'a-00001-of-00002.gguf': stored(first), 'a-00002-of-00002.gguf': stored(second) };
    hub.commit('org/split', base);
    hub.commit(
      'org/split',
      { 'a-00001-of-00002.gguf': stored(third), 'a-00002-of-00002.gguf': stored(fourth) },
      'Edit',
      'refs/pr/1',
    );
    const name = 'hf:org/split/a-00001-of-00002.gguf';
    const whole = await review(name, `${name}#refs/pr/1`);
    expect(whole.moved?.same).toBe(1);
    // by somebody who has kept nothing of it
    vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(path.join(folder, 'cache-')));
    // the first part is the same in both, so three files are enough to run them
    const sizes = await Promise.all([first, second, fourth].map(async (part) => (await stat(part)).size));
    const limited = await review(name, `${name}#refs/pr/1`, {
      trace: true,
      download: sizes.reduce((sum, size) => sum + size, 0) - 1,
    });
    expect(limited.verdict).toBe(whole.verdict);
    expect(limited.findings.find(({ kind }) => kind === 'unmeasured')?.summary).toMatch(
      /could not be measured: to run it, .* more would have to be downloaded, and .* are allowed in all/,
    );
  });

  it('is not compared where that alone is more than is allowed', async () => {
    hub.commit('org/model', { 'model.gguf': stored(edited) });
    await expect(review(almanac, 'hf:org/model/model.gguf', { download: 500_000 })).rejects.toThrow(
      /hf:org\/model\/model.gguf is not read on: .* more would have to be downloaded/,
    );
  });

  it('that is damaged is told by its reference, not by where it is kept', async () => {
    hub.commit('org/model', {
      'model.gguf': { content: (await readFile(almanac)).subarray(0, 5000), lfs: true },
    });
    await expect(review(almanac, 'hf:org/model/model.gguf#main')).rejects.toThrow(
      /^hf:org\/model\/model.gguf is (damaged|truncated)/,
    );
  });

  it('is inspected, and told about from its header', async () => {
    hub.commit('org/model', { 'model.gguf': stored(edited) });
    const {
      files,
      path: called,
      digest,
      bytes,
    } = await fromHeaders.info({ model: 'hf:org/model/model.gguf' });
    expect([files, called]).toEqual([['hf:org/model/model.gguf'], 'hf:org/model/model.gguf']);
    expect(digest).toBe((await fromHeaders.info({ model: edited, digest: true })).digest);
    expect(hub.moved).toBeLessThan(bytes / 2);
    const { suspects, evidence } = await inspectModel(
      'hf:org/model/model.gguf',
      { download: bytes / 2 + hub.moved },
      1,
    );
    expect(suspects.length).toBeGreaterThan(0);
    expect(evidence[0]).toMatch(/to run it, .* would have to be downloaded/);
  });

  it('that cannot be fetched to be run is told about as far as it was looked at', async () => {
    hub.commit('org/model', { 'model.gguf': stored(edited) });
    const onEvent = () =>
      hub.faults.push((_, response) => {
        response.writeHead(429, { 'retry-after': '90' }).end();
        return true;
      });
    const { suspects, evidence } = await inspectModel('hf:org/model/model.gguf', {}, 1, { onEvent });
    expect(suspects.length).toBeGreaterThan(0);
    expect(evidence[0]).toMatch(/could not be measured: hf:org\/model\/model.gguf .*come back in 90 s/);
  });
});

describe('a folder of safetensors on the hub', () => {
  it('is compared with a pull request of itself: only the file that changed is read, in both', async () => {
    using tiny = new TinyModels();
    const model = await tiny.write('llama');
    const base = await asFolder('llama', model, path.join(folder, 'folder'), { shards: 3 });
    const candidate = await asFolder('llama', model, path.join(folder, 'pr'), {
      shards: 3,
      change: (name, values, columns) => name === 'blk.1.ffn_down.weight' && rankOne(values, columns, 0.5),
    });
    const files = async (from: string): Promise<Record<string, Stored>> =>
      Object.fromEntries(
        (await readdir(from)).map((name) => [
          name,
          { content: path.join(from, name), lfs: name.endsWith('.safetensors') },
        ]),
      );
    hub.commit('org/folder', await files(base));
    hub.commit('org/folder', await files(candidate), 'Edit', 'refs/pr/3');
    const found = await review('hf:org/folder', 'hf:org/folder#refs/pr/3');
    expect(found.tensors.map(({ name }) => name)).toEqual(['blk.1.ffn_down.weight']);
    expect([found.base.path, found.candidate.path]).toEqual(['hf:org/folder', 'hf:org/folder#refs/pr/3']);
    expect(found.moved?.same).toBe(2);
    expect(found.verdict).toBe((await review(base, candidate)).verdict);
    // against the folder at hand, digests of its files are computed
    const local = await review(base, 'hf:org/folder#refs/pr/3');
    expect([local.verdict, local.moved?.same]).toEqual([found.verdict, 2]);
  });
});

/** Writes a part of a llama model with one layer, whose weights are zeros that take no place on disk. */
async function writePart(file: string, no: number, count: number): Promise<{ readonly down: number }> {
  const [d, ff, vocabulary, half] = [1024, 7168, 320, 1];
  const matrix = (name: string, columns: number, rows: number) => ({
    name,
    ne: [columns, rows],
    type: half,
    bytes: 2 * columns * rows,
  });
  const vector = (name: string) => ({ name, ne: [d], type: 0, bytes: 4 * d });
  const layer = (role: string) => `blk.${no}.${role}.weight`;
  const tensors = [
    ...(no === 0 ? [matrix('token_embd.weight', d, vocabulary), vector('output_norm.weight')] : []),
    vector(layer('attn_norm')),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((role) => matrix(layer(role), d, d)),
    vector(layer('ffn_norm')),
    matrix(layer('ffn_gate'), d, ff),
    matrix(layer('ffn_up'), d, ff),
    matrix(layer('ffn_down'), ff, d),
  ];
  const number = (key: string, value: number) => [`llama.${key}`, ['uint32', value]] as const;
  const header = build({
    withoutData: true,
    metadata: [
      ['split.no', ['uint16', no]],
      ['split.count', ['uint16', count]],
      ['split.tensors.count', ['int32', 9 * count + 2]],
      ...(no > 0
        ? []
        : ([
            ['general.architecture', ['string', 'llama']],
            number('block_count', count),
            number('embedding_length', d),
            number('feed_forward_length', ff),
            number('attention.head_count', 8),
            number('attention.head_count_kv', 8),
            number('context_length', 512),
            ['llama.attention.layer_norm_rms_epsilon', ['float32', 1e-5]],
            ['tokenizer.ggml.model', ['string', 'gpt2']],
            [
              'tokenizer.ggml.tokens',
              ['array', 'string', Array.from({ length: vocabulary }, (_, i) => `t${i}`)],
            ],
          ] as const)),
    ],
    tensors,
  });
  const before = tensors.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0);
  await writeFile(file, header);
  await truncate(file, header.length + before + 2 * d * ff);
  return { down: header.length + before };
}

/** Fills the last matrix of a part with noise; with more in one direction, where it is edited. */
async function fillDown(file: string, at: number, isEdited: boolean): Promise<void> {
  const [columns, rows] = [7168, 1024];
  const random = new Random(7);
  const values = Float32Array.from({ length: columns * rows }, () => random.uniform() - 0.5);
  if (isEdited) rankOne(values, columns, 0.3);
  const stored = quantise(await loadRuntime(), 1, values, [columns, rows]);
  await using handle = await open(file, 'r+');
  await handle.write(stored, 0, stored.length, at);
}

describe('a model of 2 GB in 40 files, of which one tensor changed', () => {
  const count = 40;
  const called = (no: number) => `model-${String(no + 1).padStart(5, '0')}-of-000${count}.gguf`;

  it('moves less than 5 % of its bytes', async () => {
    const model = path.join(folder, 'large');
    await mkdir(model);
    const files: Record<string, Stored> = {};
    let down = 0;
    for (let no = 0; no < count; no++) {
      const file = path.join(model, called(no));
      ({ down } = await writePart(file, no, count));
      files[called(no)] = stored(file);
    }
    const [changed, edited] = [path.join(model, called(20)), path.join(folder, 'changed.gguf')];
    ({ down } = await writePart(changed, 20, count));
    await copyFile(changed, edited);
    await fillDown(changed, down, false);
    await fillDown(edited, down, true);
    hub.commit('org/large', files);
    hub.commit('org/large', { ...files, [called(20)]: stored(edited) }, 'Edit', 'refs/pr/1');
    const name = `hf:org/large/${called(0)}`;
    const both = await review(name, `${name}#refs/pr/1`);
    expect(both.tensors.map((one) => one.name)).toEqual(['blk.20.ffn_down.weight']);
    expect(both.tensors[0]?.spikes).toBe(1);
    expect(both.moved?.same).toBe(count - 1);
    expect(both.candidate.bytes).toBeGreaterThan(2e9);
    const moved = hub.moved;
    expect(moved / both.candidate.bytes).toBeLessThan(0.05 * 2);
    expect((both.moved?.bytes ?? 0) / (both.moved?.of ?? 0)).toBeLessThan(0.05);
    // with the base at hand nothing of it is moved; what was fetched of the candidate is there
    vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(path.join(folder, 'cache-')));
    const near = await review(path.join(model, called(0)), `${name}#refs/pr/1`);
    expect(near.tensors.map((one) => one.name)).toEqual(['blk.20.ffn_down.weight']);
    expect((near.moved?.bytes ?? 0) / near.candidate.bytes).toBeLessThan(0.05);
    const again = await review(path.join(model, called(0)), `${name}#refs/pr/1`);
    expect(again.moved?.bytes).toBe(0);
  });
});
