import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fastestBufferType } from '../../../src/engine/autodiff/fastestBufferType.ts';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { f32, Graph, i32 } from '../../../src/engine/llama/graph.ts';
import type { Pointer } from '../../../src/engine/llama/library.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Computation, Devices } from '../../../src/engine/llama/scheduler.ts';
import { elements, type Shape } from '../../../src/engine/llama/tensor.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { quantise } from '../../../src/engine/weights/quantise.ts';

const q4_0 = 2;

describe('the buffer type of a transposed copy', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  // one more than a whole number of the 8 rows that are interleaved; too few; a stack of experts
  const shapes: readonly Shape[] = [
    [256, 64, 1, 1],
    [256, 57, 1, 1],
    [512, 1, 1, 1],
    [256, 32, 4, 1],
    [256, 33, 4, 1],
  ];

  it.each(shapes)('never changes a product, nor ends the process: [%i, %i, %i, %i]', async (...ne) => {
    for (const { id, name } of GGML_TYPES.values()) {
      if (!isForWeights(id, name)) continue;
      const plain = await product(id, ne, devices.bufferType);
      const fast = await product(id, ne, fastestBufferType(devices, id, ne));
      const error = Math.hypot(...plain.map((x, i) => x - (fast[i] ?? Number.NaN))) / Math.hypot(...plain);
      expect(error, name).toBeLessThan(0.02);
    }
  });

  it('is one laid out for this CPU where there is one for Q4_0', () => {
    const { runtime } = devices;
    const nameOf = (type: Pointer) => runtime.c.ggml_backend_buft_name(type);
    const extra = runtime.cpu.extraBufferTypes().map(nameOf);
    const chosen = nameOf(fastestBufferType(devices, q4_0, [256, 64, 1, 1]));
    if (devices.backends.length > 1 || !extra.includes('CPU_REPACK')) expect(extra).not.toContain(chosen);
    else expect(extra).toContain(chosen);
  });

  /** All but ggml's intermediate types and those below 4 bits whose tables take it seconds to build. */
  function isForWeights(type: number, name: string): boolean {
    return ![9, 15, 24, 25, 26, 27, 28].includes(type) && !/^iq[123]/.test(name);
  }

  /** Of a random weight that lies in `bufferType` with random columns, routed to experts where it is a stack. */
  async function product(type: number, ne: Shape, bufferType: Pointer): Promise<Float32Array> {
    const { runtime } = devices;
    const { c } = runtime;
    const [columns, , experts] = ne;
    const random = new Random(type);
    using holder = new Graph(runtime, 2);
    const weight = holder.tensor(type, ...ne);
    using _buffer = devices.allocate(holder, bufferType);
    const stored = quantise(runtime, type, random.normals(elements(ne)), ne);
    c.ggml_backend_tensor_set(weight.pointer, stored, 0, stored.byteLength);
    using inputs = new Graph(runtime, 4);
    const tokens = 5;
    const x = experts === 1 ? inputs.tensor(f32, columns, tokens) : inputs.tensor(f32, columns, 1, tokens);
    const ids = inputs.tensor(i32, 2, tokens);
    using _inputs = devices.allocate(inputs);
    const values = random.normals(columns * tokens);
    c.ggml_backend_tensor_set(x.pointer, values, 0, values.byteLength);
    const routes = Int32Array.from({ length: 2 * tokens }, (_, i) => (i * 3) % experts);
    c.ggml_backend_tensor_set(ids.pointer, routes, 0, routes.byteLength);
    using graph = new Graph(runtime, 8);
    const y = experts === 1 ? graph.mulMat(weight, x) : graph.mulMatId(weight, x, ids);
    using computation = new Computation(devices, graph, [y], 16);
    await computation.run();
    const result = new Float32Array(elements(y.ne));
    c.ggml_backend_tensor_get(y.pointer, result, 0, result.byteLength);
    return result;
  }
});
