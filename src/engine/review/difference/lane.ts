import type { Runtime } from '../../llama/runtime.ts';
import { Devices } from '../../llama/scheduler.ts';
import type { KernelShape } from './blocks.ts';
import { BlockBuffers } from './blocks.ts';
import { DifferenceKernel } from './differenceKernel.ts';
import { unforeseen } from './sketch.ts';

/**
 * One thread's worth of native computation. Lanes run beside each other, each on a tensor of its own: two lanes of
 * one thread are several times faster than one computation of two threads, which wait for each other at every node.
 */
export class Lane implements Disposable {
  readonly runtime: Runtime;
  readonly devices: Devices;
  readonly #kernels = new Map<string, DifferenceKernel>();
  readonly #directions = new Map<string, Float32Array>();
  readonly buffers = new BlockBuffers();

  constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.devices = new Devices(runtime, 1);
  }

  /** The kernel of this shape; few are kept, since each holds three blocks. */
  kernel(shape: KernelShape): DifferenceKernel {
    const key = Object.values(shape).join(' ');
    const known = this.#kernels.get(key);
    if (known !== undefined) return known;
    if (this.#kernels.size >= 6) this.#clear();
    const kernel = new DifferenceKernel(this.devices, shape);
    this.#kernels.set(key, kernel);
    return kernel;
  }

  /** Random directions, the same for all matrices of as many columns that this lane works on. Shape [width x columns] */
  directions(columns: number, width: number): Float32Array {
    const key = `${columns} ${width}`;
    const known = this.#directions.get(key) ?? unforeseen(columns * width);
    this.#directions.set(key, known);
    return known;
  }

  #clear(): void {
    for (const kernel of this.#kernels.values()) kernel[Symbol.dispose]();
    this.#kernels.clear();
  }

  [Symbol.dispose](): void {
    this.#clear();
    this.devices[Symbol.dispose]();
  }
}

/** Works off `items`, as many beside each other as there are lanes; results come in the order of the items. */
export async function overLanes<T, R>(
  lanes: readonly Lane[],
  items: readonly T[],
  work: (item: T, lane: Lane) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const run = async (lane: Lane) => {
    while (next < items.length && !failed) {
      const index = next++;
      const item = items[index];
      if (item === undefined) return;
      try {
        results[index] = await work(item, lane);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const runs = await Promise.allSettled(lanes.map(run));
  for (const outcome of runs) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
