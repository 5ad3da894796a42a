import type { EngineMethod, EngineParams, EngineResults } from '../protocol/engine.ts';
import { EngineError } from './errors.ts';
import type { EngineCrash } from './process/crash.ts';
import { type Computing, type HostOptions, HostProcess } from './process/hostProcess.ts';
import { isLoopback, networkWarning, type Server, serversFromEnvironment } from './servers/addresses.ts';
import { ServerWatch } from './servers/watch.ts';
import { type EngineApi, type EngineWork, engineOf } from './work/engineApi.ts';
import type { Work } from './work/progress.ts';

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
  #starting: Promise<HostProcess> | undefined;
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
    await this.#started();
  }

  /** Ends the process; calls under way are rejected as cancelled. The next call starts another. */
  async stop(): Promise<void> {
    const starting = await this.#starting?.catch(() => undefined);
    const host = this.#host ?? starting;
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
    const host = this.#host ?? this.#started(work);
    // a call that need not wait is not overtaken by the next
    const ready = host instanceof HostProcess ? host : await host;
    return await ready.call(method, params, work);
  }

  /** @throws InputError or EngineError where a server is named that cannot be used */
  #started(work: Work = {}): HostProcess | Promise<HostProcess> {
    const { servers: named = serversFromEnvironment } = this.#options;
    const servers = named();
    if (servers.length === 0) return this.#start({ servers, watch: undefined });
    this.#starting ??= this.#reached(servers, work).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Once all servers have answered. */
  async #reached(servers: readonly Server[], { warn }: Work): Promise<HostProcess> {
    const watch = await ServerWatch.greet(servers);
    if (servers.some(({ host }) => !isLoopback(host))) warn?.(networkWarning);
    return this.#start({ servers, watch });
  }

  #start(computing: Computing): HostProcess {
    const host = new HostProcess(this.#options, computing, (crash) => {
      if (this.#host !== host) return;
      this.#host = undefined;
      this.#crash = crash;
      if (crash !== undefined) this.#options.onCrash?.(crash);
    });
    this.#host = host;
    return host;
  }
}
