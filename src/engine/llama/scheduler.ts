import { CancelledError, EngineError } from '../errors.ts';
import { AbortFlag, onThread } from './abortFlag.ts';
import { type Backend, openBackends } from './devices.ts';
import type { Graph, Tensor } from './graph.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import type { Runtime } from './runtime.ts';

/** Where graphs of our own are computed: ggml's scheduler over the same devices as the model's. */
export class Devices implements Disposable {
  readonly runtime: Runtime;
  readonly backends: readonly Backend[];
  readonly threads: number;
  readonly flag = new AbortFlag();

  constructor(runtime: Runtime, threads: number) {
    this.runtime = runtime;
    this.threads = threads;
    this.backends = openBackends(runtime, threads, this.flag);
  }

  /** The buffer type of the fastest device. */
  get bufferType(): Pointer {
    const [first] = this.backends;
    if (first === undefined) throw new Error('there is no backend');
    return first.bufferType;
  }

  /** Allocates all tensors of `graph` that have no data yet; they keep their values until the buffer is freed. */
  allocate(graph: Graph, bufferType: Pointer = this.bufferType): TensorBuffer {
    const pointer = this.runtime.c.ggml_backend_alloc_ctx_tensors_from_buft(graph.pointer, bufferType);
    if (pointer === null) throw new EngineError('There is not enough memory for the tensors of this edit.');
    return new TensorBuffer(this.runtime, pointer);
  }

  [Symbol.dispose](): void {
    for (const backend of this.backends) backend.dispose();
  }
}

export class TensorBuffer extends Owned {
  readonly bytes: number;

  constructor(runtime: Runtime, pointer: Pointer) {
    super(pointer, runtime.c.ggml_backend_buffer_free);
    this.bytes = Number(runtime.c.ggml_backend_buffer_get_size(pointer));
  }
}

/** A graph that is ready to be computed, again and again, with new values in its inputs. */
export class Computation extends Owned {
  readonly #devices: Devices;
  readonly #graph: Pointer;

  /** @param outputs what must be computed; their values stay readable afterwards */
  constructor(devices: Devices, graph: Graph, outputs: readonly Tensor[], room: number) {
    const { c } = devices.runtime;
    const native = c.ggml_new_graph_custom(graph.pointer, room, false);
    for (const output of outputs) {
      c.ggml_set_output(output.pointer);
      c.ggml_build_forward_expand(native, output.pointer);
    }
    const backends = BigUint64Array.from(devices.backends, (backend) => backend.pointer);
    const pointer = c.ggml_backend_sched_new(backends, null, backends.length, room, false, true);
    if (pointer === null) throw new EngineError('ggml has no scheduler for this machine.');
    super(pointer, c.ggml_backend_sched_free);
    this.#devices = devices;
    this.#graph = native;
    if (!c.ggml_backend_sched_alloc_graph(pointer, native)) {
      this.dispose();
      throw new EngineError('There is not enough memory to compute this edit.');
    }
  }

  /** @throws CancelledError when `signal` is raised, between two nodes at the latest. */
  async run(signal?: AbortSignal): Promise<void> {
    const { c } = this.#devices.runtime;
    const compute = () => onThread(c.ggml_backend_sched_graph_compute, this.pointer, this.#graph);
    expectDone(await this.#devices.flag.during(signal, compute));
  }

  /** The same on this thread, for what takes less than a millisecond. */
  runHere(): void {
    const { c } = this.#devices.runtime;
    expectDone(c.ggml_backend_sched_graph_compute(this.pointer, this.#graph));
  }
}

function expectDone(status: number): void {
  if (status === 1) throw new CancelledError();
  if (status !== 0) throw new EngineError(`ggml failed to compute the graph (status ${status}).`);
}
