import { type Disposable, type Event, EventEmitter, type LogOutputChannel } from 'vscode';
import type { EngineClient } from '../../engine/client.ts';
import type { EngineCrash } from '../../engine/process/crash.ts';
import type { Work } from '../../engine/work/progress.ts';
import { demandTrust } from './hint.ts';
import { Jobs } from './jobs.ts';
import { lineLog } from './log.ts';
import { engineMemory, engineServers, engineThreads, idleMinutes } from './settings.ts';

type Task<T, W extends Work = Work> = (client: EngineClient, work: W) => Promise<T>;
type Cancellable = Work & { readonly signal: AbortSignal };

/** The engine of this window: one child process, started with the first call, stopped when it has idled long enough. */
export class EngineService implements Disposable {
  readonly jobs = new Jobs();
  readonly #log: LogOutputChannel;
  readonly #hostPath: string;
  readonly #crashed = new EventEmitter<EngineCrash>();
  /** The process has ended by itself: nothing is loaded and nothing is on any more. */
  readonly onDidCrash: Event<EngineCrash> = this.#crashed.event;
  readonly #stopped = new EventEmitter<void>();
  /** The process was stopped or started anew on purpose: nothing is loaded and nothing is on until it is asked for. */
  readonly onDidStop: Event<void> = this.#stopped.event;
  #client: Promise<EngineClient> | undefined;
  #underWay = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param hostPath the bundled `host.js` */
  constructor(hostPath: string, log: LogOutputChannel) {
    this.#hostPath = hostPath;
    this.#log = log;
  }

  /** Work that a person waits for: with progress, to be cancelled, in the list of jobs. */
  run<T>(title: string, task: Task<T, Cancellable>, stop?: AbortSignal): Promise<T> {
    return this.jobs.run(title, (work) => this.#call((client) => task(client, work)), stop);
  }

  /** Work that shows its own progress, such as what a panel asks for. */
  quietly<T>(task: Task<T>, work: Work = {}): Promise<T> {
    return this.#call((client) => task(client, work));
  }

  /** The id of the engine's process, while it runs. */
  async pid(): Promise<number | undefined> {
    return (await this.#client)?.pid;
  }

  /** Ends the process and forgets its crash; the next call starts another. */
  async restart(): Promise<void> {
    const client = await this.#client;
    await client?.restart();
    this.#stopped.fire();
  }

  dispose(): void {
    clearTimeout(this.#idle);
    void this.#client?.then((client) => client.stop());
    this.#crashed.dispose();
    this.#stopped.dispose();
  }

  async #call<T>(task: (client: EngineClient) => Promise<T>): Promise<T> {
    demandTrust();
    clearTimeout(this.#idle);
    this.#underWay++;
    try {
      this.#client ??= this.#connect();
      return await task(await this.#client);
    } finally {
      if (--this.#underWay === 0) this.#stopLater();
    }
  }

  async #connect(): Promise<EngineClient> {
    const { engineClient } = await import('../../engine/client.ts');
    return engineClient({
      hostPath: this.#hostPath,
      threads: engineThreads(),
      memory: engineMemory(),
      servers: engineServers,
      log: lineLog(this.#log),
      onCrash: (crash) => {
        this.#log.error(crash.message);
        this.#crashed.fire(crash);
      },
    });
  }

  #stopLater(): void {
    clearTimeout(this.#idle);
    const minutes = idleMinutes();
    if (minutes > 0) this.#idle = setTimeout(() => void this.#stop(), minutes * 60_000);
  }

  async #stop(): Promise<void> {
    const client = await this.#client;
    if (client?.pid === undefined) return;
    await client.stop();
    this.#log.info('The engine was stopped, as it had nothing to do; the next action starts it again.');
    this.#stopped.fire();
  }
}
