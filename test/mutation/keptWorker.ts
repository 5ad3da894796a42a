import { ForksPoolWorker, type PoolOptions, type PoolWorker, type WorkerRequest } from 'vitest/node';

type Listener = (value: unknown) => void;

interface Kept {
  readonly fork: ForksPoolWorker;
  /** Has it been told of its configuration, which is done once? */
  started: boolean;
  runs: number;
}

/** Runs after which a process is given up: what mutants have leaked goes with it. */
const RUNS = 200;

let kept: Kept | undefined;

/**
 * A process that runs test files and is kept from one mutant to the next: starting it and loading the modules takes
 * most of a mutant's time otherwise. The tests are loaded anew each time, the modules under test are not, so these keep
 * nothing that a mutant could have made wrong. Where the process ends, by a mutant or after many runs, the next one
 * gets another.
 */
export class KeptWorker implements PoolWorker {
  readonly name = 'kept';
  readonly cacheFs = true;
  readonly #options: PoolOptions;
  readonly #listeners: { readonly event: string; readonly listener: Listener }[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (kept !== undefined && kept.runs++ < RUNS) return;
    const worn = kept;
    kept = undefined;
    await worn?.fork.stop();
    const fork = new ForksPoolWorker(this.#options);
    await fork.start();
    const begun: Kept = { fork, started: false, runs: 0 };
    fork.on('exit', () => {
      if (kept === begun) kept = undefined;
    });
    kept = begun;
  }

  /** What would end the process is answered here, and a run brings its configuration along. */
  send(message: WorkerRequest): void {
    if (kept === undefined) return;
    if (message.type === 'stop') this.#answer('stopped');
    else if (message.type === 'start' && kept.started) this.#answer('started');
    else if (message.type === 'run') {
      const config = this.#options.project.serializedConfig;
      kept.fork.send({ ...message, context: { ...message.context, ...{ config } } });
    } else {
      if (message.type === 'start') kept.started = true;
      kept.fork.send(message);
    }
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push({ event, listener });
    kept?.fork.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    kept?.fork.off(event, listener);
  }

  async stop(): Promise<void> {
    for (const { event, listener } of this.#listeners) kept?.fork.off(event, listener);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  #answer(type: 'started' | 'stopped'): void {
    setImmediate(() => {
      for (const { event, listener } of this.#listeners) {
        if (event === 'message') listener({ __vitest_worker_response__: true, type });
      }
    });
  }
}
