import { beforeAll, describe, expect, it } from 'vitest';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';

describe('quantisation', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await loadRuntime();
  });

  /** The largest relative error (root mean square) of normally distributed values, a little above what ggml gives. */
  const bounds: readonly (readonly [string, number])[] = [
    ['f32', 0],
    ['f16', 3e-4],
    ['bf16', 2.5e-3],
    ['q8_0', 0.008],
    ['q6_K', 0.025],
    ['q5_K', 0.045],
    ['q5_0', 0.06],
    ['q4_K', 0.09],
    ['q4_1', 0.1],
    ['q4_0', 0.12],
  ];

  it.each(bounds)('keeps values in %s to within %f', (name, bound) => {
    const type = idOf(name);
    const ne = [512, 16, 2];
    const values = new Random(7).normals(512 * 16 * 2, 0.5);
    const stored = quantise(runtime, type, values, ne);
    const { blockSize = 1, typeSize = 0 } = GGML_TYPES.get(type) ?? {};
    expect(stored.byteLength).toBe((values.length / blockSize) * typeSize);
    const back = dequantise(runtime, type, stored, ne);
    const error = values.reduce((sum, x, i) => sum + (x - (back[i] ?? 0)) ** 2, 0);
    const size = values.reduce((sum, x) => sum + x * x, 0);
    expect(Math.sqrt(error / size)).toBeLessThanOrEqual(bound);
  });

  // types whose scale is the largest value; the others search for their scales anew
  it.each(['f16', 'bf16', 'q8_0', 'q5_0', 'q4_0'])(
    'finds the same values again when %s is rounded twice',
    (name) => {
      const type = idOf(name);
      const once = dequantise(
        runtime,
        type,
        quantise(runtime, type, new Random(8).normals(1024), [256, 4]),
        [256, 4],
      );
      const twice = dequantise(runtime, type, quantise(runtime, type, once, [256, 4]), [256, 4]);
      expect(twice).toEqual(once);
    },
  );

  it('refuses by name what needs an importance matrix or stores no weights', () => {
    const values = new Float32Array(512);
    expect(() => quantise(runtime, idOf('iq2_xxs'), values, [512])).toThrow(
      'iq2_xxs without an importance matrix',
    );
    expect(() => quantise(runtime, idOf('q8_K'), values, [512])).toThrow('not stored as q8_K');
    expect(() => quantise(runtime, idOf('i32'), values, [512])).toThrow('not stored as i32');
    expect(() => quantise(runtime, 31, values, [512])).toThrow('31 is not a type of ggml');
    expect(() => quantise(runtime, idOf('q4_K'), values, [64, 8])).toThrow(
      'not whole blocks of 256, as q4_K needs',
    );
  });

  it('knows the types as ggml itself knows them', () => {
    const { c } = runtime;
    for (const { id, name, blockSize, typeSize } of GGML_TYPES.values()) {
      expect({
        id,
        name: c.ggml_type_name(id),
        block: Number(c.ggml_blck_size(id)),
        size: Number(c.ggml_type_size(id)),
      }).toEqual({ id, name, block: blockSize, size: typeSize });
    }
  });
});

function idOf(name: string): number {
  const found = [...GGML_TYPES.values()].find((type) => type.name === name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return found.id;
}
