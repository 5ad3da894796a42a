import { EngineError } from '../errors.ts';
import type { AbortFlag } from './abortFlag.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import type { Runtime } from './runtime.ts';

const deviceCpu = 0;
const deviceGpu = 1;

/** A device's backend of our own: a place to keep tensors and to compute graphs. */
export class Backend extends Owned {
  readonly device: Pointer;
  /** Where tensors of this backend lie unless told otherwise. */
  readonly bufferType: Pointer;

  constructor(runtime: Runtime, device: Pointer) {
    const { c } = runtime;
    const pointer = c.ggml_backend_dev_init(device, null);
    if (pointer === null)
      throw new EngineError(`The device ${c.ggml_backend_dev_name(device)} cannot be used.`);
    super(pointer, c.ggml_backend_free);
    this.device = device;
    this.bufferType = c.ggml_backend_get_default_buffer_type(pointer);
  }
}

/** GPUs first, the CPU last, as ggml's scheduler wants them. The CPU stops when `flag` is raised. */
export function openBackends(runtime: Runtime, threads: number, flag: AbortFlag): Backend[] {
  const { c } = runtime;
  const devices = Array.from({ length: c.ggml_backend_dev_count() }, (_, i) => c.ggml_backend_dev_get(i));
  const gpus = devices.filter((device) => c.ggml_backend_dev_type(device) === deviceGpu);
  const cpu = c.ggml_backend_dev_by_type(deviceCpu);
  if (cpu === null) throw new EngineError('llama.cpp found no CPU backend for this machine.');
  const backends = [...gpus, cpu].map((device) => new Backend(runtime, device));
  const cpuBackend = backends.at(-1);
  if (cpuBackend !== undefined) {
    runtime.cpu.setThreads(cpuBackend.pointer, threads);
    runtime.cpu.setAbortCallback(cpuBackend.pointer, c.strlen, flag.address);
  }
  return backends;
}
