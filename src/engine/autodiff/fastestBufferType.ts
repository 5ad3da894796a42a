import { f32, Graph, i32, type Tensor } from '../llama/graph.ts';
import type { Pointer } from '../llama/library.ts';
import type { Devices } from '../llama/scheduler.ts';
import type { Shape } from '../llama/tensor.ts';

/**
 * The buffer type in which products with a weight of this type and shape run fastest: laid out for this CPU (AMX,
 * repacked) where the CPU says that it multiplies such weights there, the device's own otherwise. The layouts exist
 * for a few types and shapes only, and ggml ends the process over any other: so it is asked about the very product.
 */
export function fastestBufferType(devices: Devices, type: number, ne: Shape): Pointer {
  const { runtime, backends } = devices;
  const { c } = runtime;
  const [cpu] = backends;
  if (cpu === undefined || backends.length > 1) return devices.bufferType;
  using probe = new Graph(runtime, 8);
  const weight = probe.tensor(type, ...ne);
  const product = productWith(probe, weight);
  const supported = runtime.cpu.extraBufferTypes().find((extra) => {
    const empty = c.ggml_backend_buft_alloc_buffer(extra, 0);
    if (empty === null) return false;
    probe.pretendIn(weight, empty);
    const yes = c.ggml_backend_dev_supports_op(cpu.device, product.pointer);
    c.ggml_backend_buffer_free(empty);
    return yes;
  });
  return supported ?? cpu.bufferType;
}

/** As the backward pass multiplies: a matrix with columns, a stack of experts with the columns routed to them. */
function productWith(probe: Graph, weight: Tensor): Tensor {
  const [columns, , experts] = weight.ne;
  return experts === 1
    ? probe.mulMat(weight, probe.tensor(f32, columns, 32))
    : probe.mulMatId(weight, probe.tensor(f32, columns, 1, 32), probe.tensor(i32, 1, 32));
}
