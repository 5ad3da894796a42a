import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { TensorFiles } from '../../../src/engine/review/difference/tensorFiles.ts';
import { typeError } from '../../../src/engine/review/difference/typeErrors.ts';
import { readCheckpoint } from '../../../src/engine/safetensors/checkpoint.ts';
import { float8Values, roundToFloat8 } from '../../../src/engine/safetensors/float8.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { config, llama, type Stored, tensor, writeFolder } from './write.ts';

const it = test.extend(temporaryFolder);

/** A tensor of a folder, read in pieces of so many rows. */
async function valuesOf(folder: string, name: string, rows = 1000): Promise<number[]> {
  const checkpoint = await readCheckpoint(folder);
  const info = checkpoint.header.tensors.find((one) => one.name === name);
  if (info === undefined) throw new Error(`no ${name}`);
  await using files = await TensorFiles.open(checkpoint);
  const bytes = new Uint8Array(info.byteLength);
  const columns = info.ne.length === 1 ? 1 : (info.ne[0] ?? 1);
  const step = rows * columns * info.type.typeSize;
  for (let at = 0; at < bytes.length; at += step) await files.read(info, at, bytes.subarray(at, at + step));
  if (info.type.name === 'bf16') {
    const words = new Uint16Array(bytes.buffer);
    return [...new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer)];
  }
  return [...new Float32Array(bytes.buffer)];
}

const counted = (_: string, count: number) => Float32Array.from({ length: count }, (_, i) => i);

describe('the values of mapped tensors', () => {
  it('keep their order where nothing is done to them, in every type', async ({ folder }) => {
    for (const dtype of ['F32', 'F64', 'BF16'] as const) {
      await writeFolder(folder, config, llama(counted, dtype));
      for (const rows of [1, 3, 100]) {
        const found = await valuesOf(folder, 'blk.1.ffn_down.weight', rows);
        expect(found).toEqual(Array.from({ length: 96 }, (_, i) => i));
      }
    }
  });

  it('have the halves of each head side by side, as conversion/llama.py turns them', async ({ folder }) => {
    await writeFolder(folder, config, llama(counted));
    // reshape(heads, 2, half, columns).swapaxes(1, 2), two heads of four rows
    const rows = [0, 2, 1, 3, 4, 6, 5, 7];
    const expected = rows.flatMap((row) => Array.from({ length: 8 }, (_, column) => 8 * row + column));
    for (const step of [1, 2, 3, 5, 8]) {
      expect(await valuesOf(folder, 'blk.0.attn_q.weight', step)).toEqual(expected);
    }
    const keys = [0, 2, 1, 3].flatMap((row) => Array.from({ length: 8 }, (_, column) => 8 * row + column));
    expect(await valuesOf(folder, 'blk.0.attn_k.weight')).toEqual(keys);
  });

  it('are turned round for GPT-2', async ({ folder }) => {
    const settings = { architectures: ['GPT2LMHeadModel'], n_embd: 4, n_layer: 1, n_head: 2, n_positions: 8 };
    const [rows, columns] = [4, 16];
    const stored = {
      'wte.weight': tensor('F32', [3, 4], counted('', 12)),
      'h.0.mlp.c_fc.weight': tensor('F32', [rows, columns], counted('', 64)),
      'h.0.mlp.c_fc.bias': tensor('F32', [columns], counted('', 16)),
    };
    await writeFolder(folder, settings, stored);
    const expected = Array.from({ length: 64 }, (_, i) => (i % rows) * columns + Math.floor(i / rows));
    for (const step of [1, 5, 16]) {
      expect(await valuesOf(folder, 'blk.0.ffn_up.weight', step)).toEqual(expected);
    }
    expect(await valuesOf(folder, 'blk.0.ffn_up.bias')).toEqual([...counted('', 16)]);
  });

  it("are one more in Gemma's norms, rounded as the converter rounds", async ({ folder }) => {
    const settings = { ...config, architectures: ['Gemma2ForCausalLM'] };
    for (const [dtype, expected] of [
      ['F32', 1 + Math.fround(1e-4)],
      ['F16', 1],
    ] as const) {
      const norm = tensor(dtype, [8], new Float32Array(8).fill(1e-4));
      await writeFolder(folder, settings, { ...llama(), 'model.norm.weight': norm });
      const [found] = await valuesOf(folder, 'output_norm.weight');
      expect(found).toBeCloseTo(expected, 7);
    }
  });

  it('are stacked by the numbers of the experts, whatever their order', async ({ folder }) => {
    const settings = {
      ...config,
      architectures: ['MixtralForCausalLM'],
      num_local_experts: 12,
      num_experts_per_tok: 2,
    };
    const experts = Array.from({ length: 12 }, (_, i): [string, Stored] => [
      `model.layers.0.block_sparse_moe.experts.${i}.w1.weight`,
      tensor('F32', [2, 8], new Float32Array(16).fill(i)),
    ]);
    await writeFolder(folder, settings, { ...llama(), ...Object.fromEntries(experts.toReversed()) });
    const expected = Array.from({ length: 12 * 16 }, (_, i) => Math.floor(i / 16));
    for (const step of [1, 3, 24]) {
      expect(await valuesOf(folder, 'blk.0.ffn_gate_exps.weight', step)).toEqual(expected);
    }
    await writeFolder(folder, settings, { ...llama(), ...Object.fromEntries(experts.slice(1)) });
    await expect(readCheckpoint(folder)).rejects.toThrow(/should have 12 experts, and 11 tensors/);
  });

  it('take their factors by tensor, row and block', async ({ folder }) => {
    const name = 'model.layers.0.mlp.down_proj.weight';
    // 1.5 in E4M3
    const weight = { dtype: 'F8_E4M3', shape: [8, 12], data: new Uint8Array(96).fill(0x3c) };
    const cases = [
      ['_scale', [], {}, () => 3],
      ['_scale', [8, 1], { quant_method: 'compressed-tensors' }, (row: number) => 3 + row],
      [
        '_scale_inv',
        [2, 3],
        { quant_method: 'fp8', weight_block_size: [5, 4] },
        (row: number, column: number) => 3 + 3 * Math.floor(row / 5) + Math.floor(column / 4),
      ],
    ] as const;
    for (const [suffix, shape, quantisation, factor] of cases) {
      const count = shape.reduce<number>((product, n) => product * n, 1);
      const factors = tensor(
        'F32',
        shape,
        Float32Array.from({ length: count }, (_, i) => 3 + i),
      );
      await writeFolder(
        folder,
        { ...config, quantization_config: quantisation },
        { ...llama(), [name]: weight, [`${name}${suffix}`]: factors },
      );
      const expected = Array.from({ length: 96 }, (_, i) => 1.5 * factor(Math.floor(i / 12), i % 12));
      for (const step of [1, 3, 8])
        expect(await valuesOf(folder, 'blk.0.ffn_down.weight', step)).toEqual(expected);
    }
    const odd = tensor('F32', [3], new Float32Array(3));
    await writeFolder(folder, config, { ...llama(), [name]: weight, [`${name}_scale`]: odd });
    await expect(readCheckpoint(folder)).rejects.toThrow(/factors .* do not fit/);
  });
});

describe('floats of 8 bits', () => {
  it('have the values of the specification', () => {
    const { f8_e4m3: e4m3, f8_e5m2: e5m2 } = float8Values;
    expect([0x00, 0x01, 0x08, 0x38, 0x7e, 0xfe].map((code) => e4m3[code])).toEqual([
      0,
      2 ** -9,
      2 ** -6,
      1,
      448,
      -448,
    ]);
    expect([0x7f, 0xff].map((code) => e4m3[code])).toEqual([Number.NaN, Number.NaN]);
    expect([0x01, 0x3c, 0x7b, 0x7c, 0xfc].map((code) => e5m2[code])).toEqual([
      2 ** -16,
      1,
      57344,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(e5m2[0x7d]).toBeNaN();
  });

  it('are rounded to themselves, and to the nearest', () => {
    for (const type of ['f8_e4m3', 'f8_e5m2'] as const) {
      const own = [...float8Values[type]].filter(Number.isFinite);
      expect([...roundToFloat8(type, Float32Array.from(own), own.length)]).toEqual(
        own.map((x) => (x === 0 ? x : x)),
      );
      fc.assert(
        fc.property(fc.float({ min: -400, max: 400, noNaN: true }), (value) => {
          const row = Float32Array.from([value, Math.max(...own)]);
          const [rounded = 0] = roundToFloat8(type, row, 2);
          const nearest = Math.min(...own.map((x) => Math.abs(x - value)));
          expect(Math.abs(rounded - value)).toBeCloseTo(nearest, 6);
        }),
      );
    }
  });

  it('lose what the table of rounding says', () => {
    const values = new Random(1).normals(1 << 15);
    for (const type of ['f8_e4m3', 'f8_e5m2'] as const) {
      const rounded = roundToFloat8(type, values, 512);
      const squares = (of: (i: number) => number) => values.reduce((sum, _, i) => sum + of(i) ** 2, 0);
      const error = Math.sqrt(
        squares((i) => (values[i] ?? 0) - (rounded[i] ?? 0)) / squares((i) => values[i] ?? 0),
      );
      expect(error / (typeError(type) ?? 0)).toBeGreaterThan(0.93);
      expect(error / (typeError(type) ?? 0)).toBeLessThan(1.07);
    }
  });
});
