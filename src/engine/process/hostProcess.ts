import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { BirpcReturn } from 'birpc';
import {
  type EngineEvents,
  type EngineMethod,
  type EngineParams,
  type EngineResults,
  engineMethods,
} from '../../protocol/engine.ts';
import { Applied, type AppliedPatch } from '../../protocol/model.ts';
import { type Asking, asking } from '../../rpc/asking.ts';
import { connectEnds } from '../../rpc/channel.ts';
import type { Answers, CallWork } from '../../rpc/wire.ts';
import { CancelledError } from '../errors.ts';
import { removeNow } from '../files/temporaries.ts';
import { environmentOf, type Server } from '../servers/addresses.ts';
import type { ServerWatch } from '../servers/watch.ts';
import type { EngineWork } from '../work/engineApi.ts';
import { memoryFromEnvironment } from '../work/memoryLimit.ts';
import { threadsFromEnvironment } from '../work/threads.ts';
import { EngineCrash } from './crash.ts';
import type { ParentFunctions } from './parentFunctions.ts';
import { fromWire } from './wireError.ts';

export interface HostOptions {
  /** The bundled `host.js`. */
  readonly hostPath: string;
  /** Threads to compute with; what PALIMPSEST_THREADS says without it, or as many as there are processors. */
  readonly threads?: number | undefined;
  /** Bytes that a model and an edit of it may take; what PALIMPSEST_MEMORY says without it, or what is free. */
  readonly memory?: number | undefined;
  /** RPC servers to compute on, asked for whenever a process starts; what PALIMPSEST_RPC names without it. */
  readonly servers?: (() => readonly Server[]) | undefined;
  /** Takes llama.cpp's log, with ggml's levels, and what the process writes to stderr (as level 4). */
  readonly log?: ((level: number, text: string) => void) | undefined;
}

/** Where a process computes, beside this machine. */
export interface Computing {
  readonly servers: readonly Server[];
  readonly watch: ServerWatch | undefined;
}

/** Milliseconds between the end of a process that lost its server and the news of the server's end. */
const goodbye = 200;

/** Lines of the log that are kept to be shown with a crash. */
const tailLength = 40;

/** One run of the engine's process: from its start to its end, asked for or not. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #rpc: BirpcReturn<Answers, ParentFunctions>;
  readonly #calls: Asking = asking(() => this.#rpc, fromWire);
  readonly #applied = new Map<string, readonly AppliedPatch[]>();
  /** Files and folders that the process has made for a while and will not remove if it ends now. */
  readonly #temporaries = new Set<string>();
  readonly #ended: Promise<void>;
  /** Where a call has nobody to warn. */
  readonly #logWarning: (text: string) => void;
  #lastLines: string[] = [];
  #stopping = false;

  /**
   * @param watch of the servers, which ends with the process
   * @param onEnd told once, when the process ends without `stop`: with a crash, or without one where it was interrupted
   * @throws InputError where PALIMPSEST_THREADS or PALIMPSEST_MEMORY is no number
   */
  constructor({ hostPath, threads, memory, log }: HostOptions, { servers, watch }: Computing, onEnd: OnEnd) {
    const count = threads ?? threadsFromEnvironment();
    const limit = memory ?? memoryFromEnvironment();
    const child = fork(hostPath, [], {
      serialization: 'advanced',
      execArgv: [],
      env: {
        // ggml's own backtrace starts a debugger, which takes seconds and buries what was wrong
        GGML_NO_BACKTRACE: '1',
        ...process.env,
        ...(count !== undefined && { PALIMPSEST_THREADS: String(count) }),
        ...environmentOf(servers),
        ...(limit !== undefined && { PALIMPSEST_MEMORY: (limit / 1e9).toFixed(9) }),
      },
      stdio: ['inherit', 'ignore', 'pipe', 'ipc'],
    });
    const heard = (level: number, text: string) => {
      if (level >= 3) this.#lastLines = [...this.#lastLines, text].slice(-tailLength);
      log?.(level, text);
    };
    if (child.stderr !== null) createInterface(child.stderr).on('line', (line) => heard(4, line));
    this.#logWarning = (text) => log?.(3, text);
    this.#child = child;
    this.#rpc = connectEnds<Answers, ParentFunctions>(
      {
        ...this.#calls.functions,
        temporary: (path, there) =>
          void (there ? this.#temporaries.add(path) : this.#temporaries.delete(path)),
        log: heard,
      },
      {
        // a message to a process that has just ended is lost; its end is told by `close`
        post: (message) => child.send(message as Serializable, () => {}),
        on: (listener) => child.on('message', listener),
      },
    );
    this.#ended = new Promise((resolve) => {
      const end = (how: string, wanted = false) => {
        this.#end(how, wanted, onEnd);
        resolve();
      };
      child.on('error', (error) => end(`could not be started (${error.message})`));
      // llama.cpp waits without end for a server that hangs
      void watch?.lost.then(() => child.kill('SIGKILL'));
      // `close` comes after the last line of stderr; Ctrl-C reaches a process that does not yet ignore it
      child.on('close', async (code, signal) => {
        const lost = watch && (await within(watch.lost, goodbye));
        watch?.[Symbol.dispose]();
        end(lost ?? howItEnded(code, signal), signal === 'SIGINT');
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws what the engine throws, of the same class; `EngineCrash`; `CancelledError` when the process is stopped. */
  async call<M extends EngineMethod>(
    method: M,
    params: EngineParams[M],
    { signal, report, warn = this.#logWarning, onEvent }: EngineWork<M>,
  ): Promise<EngineResults[M]> {
    const followed = { signal, report, warn, onEvent: events(method, onEvent) };
    const value = await this.#calls.call(method, params, followed, nameOf(method, params));
    const result = checks[method].result.parse(value);
    if (changesState.has(method)) this.#note(value);
    return result;
  }

  /** Ends the process, at once and for certain: native code may be in the middle of anything. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Remembers what is on, for the case that the process cannot be asked any more. */
  #note(result: unknown): void {
    const { model, applied } = State.parse(result);
    this.#applied.set(model, applied);
  }

  #end(how: string, interrupted: boolean, onEnd: OnEnd): void {
    if (this.#rpc.$closed) return;
    // before anybody hears of the end, so that nothing half-written is left when they do
    for (const path of this.#temporaries) removeNow(path);
    const wanted = this.#stopping || interrupted;
    const crash = wanted
      ? undefined
      : new EngineCrash(how, this.#calls.underWay(), this.#lastLines, this.#applied);
    this.#rpc.$close(crash ?? new CancelledError(this.#stopping ? 'The engine' : 'The work'));
    if (!this.#stopping) onEnd(crash);
  }
}

function nameOf(method: EngineMethod, params: object): string {
  const model = 'model' in params ? params.model : 'candidate' in params ? params.candidate : undefined;
  return typeof model === 'string' ? `${method} of ${basename(model)}` : method;
}

type OnEnd = (crash: EngineCrash | undefined) => void;

const State = Applied.loose();
const changesState: ReadonlySet<EngineMethod> = new Set(['load', 'close', 'apply', 'revert']);

const checks: {
  readonly [M in EngineMethod]: {
    readonly result: { parse(value: unknown): EngineResults[M] };
    readonly event?: { parse(value: unknown): EngineEvents[M] };
  };
} = engineMethods;

function events<M extends EngineMethod>(method: M, onEvent: EngineWork<M>['onEvent']): CallWork['onEvent'] {
  const check = checks[method].event;
  if (onEvent === undefined || check === undefined) return undefined;
  return (event) => onEvent(check.parse(event));
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with code ${code}` : `was killed (${signal})`;
}

/** What `news` says, if it comes in so many milliseconds. */
function within(news: Promise<string>, milliseconds: number): Promise<string | undefined> {
  return Promise.race([news, wait(milliseconds, undefined)]);
}
