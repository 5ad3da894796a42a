import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HumanError } from '../../../src/engine/errors.ts';
import { fromHeaders } from '../../../src/engine/facade/fromHeaders.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { asFolder } from '../tiny/folder.ts';
import { TinyModels } from '../tiny/write.ts';

/**
 * Folders that are wrong in one to three places, each reviewed against the sound GGUF file and the sound folder: the
 * process lives on, and whatever is thrown is a sentence for people. A mutant is named by its number.
 */

const mutants = 100;
const names = ['llama', 'gemma3', 'gpt2', 'mixtral'] as const;
const root = mkdtempSync(path.join(tmpdir(), 'palimpsest-hostile-'));
const tiny = new TinyModels();
const models = new Map<string, { readonly gguf: string; readonly folder: string }>();
beforeAll(async () => {
  for (const name of names) {
    const gguf = await tiny.write(name, {
      sizes: { layers: 3, ...(name === 'gpt2' ? { headsKv: 4, ff: 256 } : {}) },
    });
    const config = name === 'gpt2' ? { n_layer: 3 } : { num_hidden_layers: 3 };
    const folder = await asFolder(name, gguf, path.join(root, name), {
      shards: name === 'llama' ? 2 : 1,
      config,
    });
    const vocab = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`t${i}`, i]));
    const tokenizer = {
      model: { type: 'BPE', vocab, merges: [['a', 'b'], 'c d'] },
      added_tokens: [{ id: 1, content: '<s>', special: true }],
    };
    writeFileSync(path.join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
    writeFileSync(
      path.join(folder, 'tokenizer_config.json'),
      JSON.stringify({ bos_token: '<s>', chat_template: '{{ messages }}' }),
    );
    writeFileSync(path.join(folder, 'generation_config.json'), JSON.stringify({ temperature: 0.5 }));
    models.set(name, { gguf, folder });
  }
});
afterAll(() => {
  rmSync(root, { recursive: true });
  tiny[Symbol.dispose]();
});

const hostile: readonly unknown[] = [
  0,
  -1,
  1,
  3,
  7,
  64,
  1.5,
  1e9,
  2 ** 53,
  1e308,
  null,
  true,
  '',
  'x',
  '__proto__',
  'F8_E4M3',
  'I64',
  'F64',
  [],
  {},
  [1, 2, 3],
  [[[]]],
  'x'.repeat(5000),
];

class Mutator {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed * 7919 + 17);
    for (let n = 0; n < 4; n++) this.#random.uniform();
  }

  below(n: number): number {
    return this.#random.below(n);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Replaces, renames or removes something anywhere in a value. */
  value(given: unknown): unknown {
    if (typeof given !== 'object' || given === null || this.below(8) === 0) return this.one(hostile);
    const copy: unknown = structuredClone(given);
    if (Array.isArray(copy)) {
      if (copy.length === 0) return [this.one(hostile)];
      const at = this.below(copy.length);
      copy[at] = this.value(copy[at]);
      return copy;
    }
    const record = copy as Record<string, unknown>;
    const keys = Object.keys(record);
    const key = this.one(keys.length === 0 ? ['x'] : keys);
    const kind = this.below(10);
    if (kind === 0) delete record[key];
    else if (kind === 1)
      record[this.one(['blk.0.attn_q.weight', 'model.norm.weight', 'a', ...keys])] = record[key];
    else record[key] = this.value(record[key]);
    return record;
  }

  json(file: string): void {
    writeFileSync(file, JSON.stringify(this.value(JSON.parse(readFileSync(file, 'utf8')))));
  }

  /** The header of a safetensors file. */
  header(file: string): void {
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE());
    const header = Buffer.from(
      JSON.stringify(this.value(JSON.parse(bytes.subarray(8, 8 + length).toString('utf8')))),
    );
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(file, Buffer.concat([size, header, bytes.subarray(8 + length)]));
  }

  bytes(file: string): void {
    const bytes = readFileSync(file);
    if (this.below(4) === 0) writeFileSync(file, bytes.subarray(0, this.below(bytes.length)));
    else {
      for (let n = 0; n < 8; n++) bytes[this.below(bytes.length)] = this.below(256);
      writeFileSync(file, bytes);
    }
  }
}

it('folders that are wrong in any place are refused in a sentence, or reviewed', async () => {
  const outcomes = { reviewed: 0, refused: 0 };
  for (let number = 0; number < mutants; number++) {
    const mutate = new Mutator(number);
    const name = mutate.one(names);
    const sound = models.get(name);
    if (sound === undefined) throw new Error(`no ${name}`);
    const mutant = path.join(root, 'mutant');
    rmSync(mutant, { recursive: true, force: true });
    cpSync(sound.folder, mutant, { recursive: true });
    const files =
      name === 'llama'
        ? ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
        : ['model.safetensors'];
    const weights = () => path.join(mutant, mutate.one(files));
    for (let times = 1 + mutate.below(3); times > 0; times--) {
      const what = mutate.below(10);
      try {
        if (what < 3) mutate.json(path.join(mutant, 'config.json'));
        else if (what < 6) mutate.header(weights());
        else if (what < 7) mutate.bytes(weights());
        else if (what < 8 && name === 'llama') mutate.json(path.join(mutant, 'model.safetensors.index.json'));
        else
          mutate.json(
            path.join(
              mutant,
              mutate.one(['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']),
            ),
          );
      } catch (error) {
        // the last mutation left nothing that can be taken apart
        if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      }
    }
    for (const run of [
      () => fromHeaders.info({ model: mutant }),
      () => reviewModels(sound.gguf, mutant, { trace: false }, 1),
      () => reviewModels(mutant, sound.folder, { trace: false }, 1),
    ]) {
      try {
        await run();
        outcomes.reviewed++;
      } catch (error) {
        if (!(error instanceof HumanError)) throw new Error(`mutant ${number} (${name})`, { cause: error });
        expect(error.message).toMatch(/\S/);
        outcomes.refused++;
      }
    }
  }
  expect(outcomes.reviewed).toBeGreaterThan(mutants / 4);
  expect(outcomes.refused).toBeGreaterThan(mutants / 4);
});
