import type { EngineMethod, EngineParams, EngineResults } from '../protocol/engine.ts';
import { EngineError } from './errors.ts';
import type { EngineCrash } from './process/crash.ts';
import { type HostOptions, HostProcess } from './process/hostProcess.ts';
import type { EngineApi, EngineWork } from './work/engineApi.ts';

export interface ClientOptions extends HostOptions {
  /** Told when the engine's process ends without being asked to. */
  readonly onCrash?: ((crash: EngineCrash) => void) | undefined;
  /** Nobody counts on patches that were on, so that the call after a crash starts another process. */
  readonly startsAnew?: boolean | undefined;
}

/** The engine in a child process of its own, with the same methods. The process starts with the first call. */
export class EngineClient implements EngineApi {
  readonly #options: ClientOptions;
  #host: HostProcess | undefined;
  #crash: EngineCrash | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  readonly info = this.#method('info');
  readonly targets = this.#method('targets');
  readonly tokenize = this.#method('tokenize');
  readonly checkEdits = this.#method('checkEdits');
  readonly load = this.#method('load');
  readonly close = this.#method('close');
  readonly importRecords = this.#method('importRecords');
  readonly edit = this.#method('edit');
  readonly measure = this.#method('measure');
  readonly evaluate = this.#method('evaluate');
  readonly probe = this.#method('probe');
  readonly logits = this.#method('logits');
  readonly activations = this.#method('activations');
  readonly neurons = this.#method('neurons');
  readonly attention = this.#method('attention');
  readonly lens = this.#method('lens');
  readonly trace = this.#method('trace');
  readonly learnDefence = this.#method('learnDefence');
  readonly defend = this.#method('defend');
  readonly proposeNeighbours = this.#method('proposeNeighbours');
  readonly proposeParaphrases = this.#method('proposeParaphrases');
  readonly bake = this.#method('bake');
  readonly review = this.#method('review');
  readonly inspect = this.#method('inspect');
  readonly redteam = this.#method('redteam');
  readonly resist = this.#method('resist');
  readonly sign = this.#method('sign');
  readonly verify = this.#method('verify');
  readonly reproduce = this.#method('reproduce');
  readonly patchInfo = this.#method('patchInfo');
  readonly apply = this.#method('apply');
  readonly revert = this.#method('revert');
  readonly generate = this.#method('generate');

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
  #method<M extends EngineMethod>(method: M) {
    return async (params: EngineParams[M], work: EngineWork<M> = {}): Promise<EngineResults[M]> => {
      if (this.#crash !== undefined && !this.#options.startsAnew) {
        throw new EngineError('The engine has stopped; restart it to go on.', { cause: this.#crash });
      }
      this.#host ??= this.#start();
      return await this.#host.call(method, params, work);
    };
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
