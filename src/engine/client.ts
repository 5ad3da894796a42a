import type { EngineMethod, EngineParams, EngineResults } from '../protocol/engine.ts';
import { EngineError } from './errors.ts';
import type { EngineCrash } from './process/crash.ts';
import { type HostOptions, HostProcess } from './process/hostProcess.ts';
import { type EngineApi, type EngineWork, engineOf } from './work/engineApi.ts';

export interface ClientOptions extends HostOptions {
  /** Told when the engine's process ends without being asked to. */
  readonly onCrash?: ((crash: EngineCrash) => void) | undefined;
  /** Nobody counts on patches that were on, so that the call after a crash starts another process. */
  readonly startsAnew?: boolean | undefined;
}

/** The engine in a child process of its own, with the same methods. */
export type EngineClient = EngineApi & EngineConnection;

/** The process starts with the first call. */
export function engineClient(options: ClientOptions): EngineClient {
  const connection = new EngineConnection(options);
  const engine = engineOf((method) => (params, work) => connection.call(method, params, work));
  return Object.assign(connection, engine);
}

/** The engine's process, begun when there is something to do, and begun anew after its end. */
class EngineConnection {
  readonly #options: ClientOptions;
  #host: HostProcess | undefined;
  #crash: EngineCrash | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** The id of the engine's process, while it runs. */
  get pid(): number | undefined {
    return this.#host?.pid;
  }

  /** Begins anew after a crash, or in place of a process that hangs. Nothing is loaded or on afterwards. */
  async restart(): Promise<void> {
    await this.stop();
    this.#crash = undefined;
    this.#host = this.#start();
  }

  /** Ends the process; calls under way are rejected as cancelled. The next call starts another. */
  async stop(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.stop();
  }

  /** @throws EngineError from a crash on until `restart()`, so that nobody works on a model that lost its patches. */
  async call<M extends EngineMethod>(
    method: M,
    params: EngineParams[M],
    work: EngineWork<M> = {},
  ): Promise<EngineResults[M]> {
    if (this.#crash !== undefined && !this.#options.startsAnew) {
      throw new EngineError('The engine has stopped; restart it to go on.', { cause: this.#crash });
    }
    this.#host ??= this.#start();
    return await this.#host.call(method, params, work);
  }

  #start(): HostProcess {
    const host = new HostProcess(this.#options, (crash) => {
      if (this.#host !== host) return;
      this.#host = undefined;
      this.#crash = crash;
      if (crash !== undefined) this.#options.onCrash?.(crash);
    });
    return host;
  }
}
