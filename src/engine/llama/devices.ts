import { EngineError } from '../errors.ts';
import type { AbortFlag } from './abortFlag.ts';
import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import type { Runtime } from './runtime.ts';

const deviceCpu = 0;
const deviceGpu = 1;
/** A GPU within the processor, which uses its memory: Apple's, AMD's and Intel's. */
const deviceIntegratedGpu = 2;

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

/** A device, its type and the backend that it belongs to. */
interface Device {
  readonly pointer: Pointer;
  readonly type: number;
  readonly registry: Pointer;
}

/** The GPUs that llama.cpp puts a model on: all dedicated ones, else the integrated ones of the first one's backend. */
export function gpusAmong(devices: readonly Device[]): Device[] {
  const dedicated = devices.filter(({ type }) => type === deviceGpu);
  if (dedicated.length > 0) return dedicated;
  const integrated = devices.filter(({ type }) => type === deviceIntegratedGpu);
  return integrated.filter(({ registry }) => registry === integrated[0]?.registry);
}

/** The devices that models are computed on. */
export function computingDevices(c: Functions): { readonly gpus: readonly Pointer[]; readonly cpu: Pointer } {
  const devices = Array.from({ length: c.ggml_backend_dev_count() }, (_, i) => {
    const pointer = c.ggml_backend_dev_get(i);
    return {
      pointer,
      type: c.ggml_backend_dev_type(pointer),
      registry: c.ggml_backend_dev_backend_reg(pointer),
    };
  });
  const cpu = c.ggml_backend_dev_by_type(deviceCpu);
  if (cpu === null) throw new EngineError('llama.cpp found no CPU backend for this machine.');
  return { gpus: gpusAmong(devices).map(({ pointer }) => pointer), cpu };
}

/** Bytes that are free for models and work on them: of this machine's memory and of GPUs with a memory of their own. */
export function freeMemory({ c }: Runtime): number {
  const own = computingDevices(c).gpus.filter((device) => c.ggml_backend_dev_type(device) === deviceGpu);
  const free = own.map((device) => memoryOf(c, device).free);
  return free.reduce((sum, bytes) => sum + bytes, process.availableMemory());
}

/** Bytes of a device's memory. */
export function memoryOf(c: Functions, device: Pointer): { readonly free: number; readonly total: number } {
  const [free, total] = [new BigUint64Array(1), new BigUint64Array(1)];
  c.ggml_backend_dev_memory(device, free, total);
  return { free: Number(free[0]), total: Number(total[0]) };
}

/** GPUs first, the CPU last, as ggml's scheduler wants them. The CPU stops when `flag` is raised. */
export function openBackends(runtime: Runtime, threads: number, flag: AbortFlag): Backend[] {
  const { c } = runtime;
  const { gpus, cpu } = computingDevices(c);
  const backends = [...gpus, cpu].map((device) => new Backend(runtime, device));
  const cpuBackend = backends.at(-1);
  if (cpuBackend !== undefined) {
    runtime.cpu.setThreads(cpuBackend.pointer, threads);
    runtime.cpu.setAbortCallback(cpuBackend.pointer, c.strlen, flag.address);
  }
  return backends;
}
