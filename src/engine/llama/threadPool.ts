import { EngineError } from '../errors.ts';
import type { Pointer } from './library.ts';
import { Owned } from './owned.ts';
import type { Runtime } from './runtime.ts';

/** Where `struct ggml_threadpool_params` keeps its fields, behind a mask of 512 processors. */
const threadsAt = 512;
const pollAt = 520;
const structSize = 1024;
/** ggml's own, by which the layout is recognised. */
const defaultPoll = 50;
/**
 * How long a thread looks for work before it sleeps: some milliseconds, which spans the pause in which a node is read,
 * and takes no core from others afterwards.
 */
const poll = 1;

/**
 * Threads that stay, for contexts that are read: each stop of a pass ends one computation and begins another, and
 * without a pool ggml starts its threads anew each time.
 */
export class ThreadPool extends Owned {
  constructor({ c, cpu }: Runtime, threads: number) {
    const params = Buffer.alloc(structSize);
    c.ggml_threadpool_params_init(params, threads);
    if (params.readInt32LE(threadsAt) !== threads || params.readUInt32LE(pollAt) !== defaultPoll) {
      throw new EngineError(
        'The layout of ggml_threadpool_params is not the known one; this llama.cpp build cannot be used safely.',
      );
    }
    params.writeUInt32LE(poll, pollAt);
    super(cpu.newThreadPool(params), (pool: Pointer) => cpu.freeThreadPool(pool));
  }
}
