import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type BirpcReturn, createBirpc } from 'birpc';
import {
  type EngineEvents,
  type EngineMethod,
  type EngineParams,
  type EngineResults,
  engineMethods,
} from '../../protocol/engine.ts';
import { Applied, type AppliedPatch } from '../../protocol/model.ts';
import type { HostFunctions, ParentFunctions } from '../../protocol/rpc.ts';
import { CancelledError } from '../errors.ts';
import type { EngineWork } from '../facade/api.ts';
import { EngineCrash } from './crash.ts';
import { fromWire } from './wireError.ts';

export interface HostOptions {
  /** The bundled `host.js`. */
  readonly hostPath: string;
  /** Threads to compute with; what PALIMPSEST_THREADS says without it, or as many as there are processors. */
  readonly threads?: number | undefined;
  /** Takes llama.cpp's log, with ggml's levels, and what the process writes to stderr (as level 4). */
  readonly log?: ((level: number, text: string) => void) | undefined;
}

/** Lines of the log that are kept to be shown with a crash. */
const tailLength = 40;

/** A call under way. */
interface Job {
  readonly method: EngineMethod;
  readonly report: ((stage: string, fraction: number) => void) | undefined;
  readonly onEvent: ((event: unknown) => void) | undefined;
}

/** One run of the engine's process: from its start to its end, asked for or not. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #rpc: BirpcReturn<HostFunctions, ParentFunctions>;
  readonly #jobs = new Map<number, Job>();
  readonly #applied = new Map<string, readonly AppliedPatch[]>();
  readonly #ended: Promise<void>;
  #lastLines: string[] = [];
  #lastJob = 0;
  #stopping = false;

  /** @param onCrash told once, when the process ends without `stop` */
  constructor({ hostPath, threads, log }: HostOptions, onCrash: (crash: EngineCrash) => void) {
    const child = fork(hostPath, [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, ...(threads !== undefined && { PALIMPSEST_THREADS: String(threads) }) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const heard = (level: number, text: string) => {
      if (level >= 3) this.#lastLines = [...this.#lastLines, text].slice(-tailLength);
      log?.(level, text);
    };
    if (child.stderr !== null) createInterface(child.stderr).on('line', (line) => heard(4, line));
    this.#child = child;
    this.#rpc = createBirpc<HostFunctions, ParentFunctions>(
      {
        progress: (job, stage, fraction) => this.#jobs.get(job)?.report?.(stage, fraction),
        event: (job, event) => this.#jobs.get(job)?.onEvent?.(event),
        log: heard,
      },
      {
        // a message to a process that has just ended is lost; its end is told by `close`
        post: (message) => child.send(message, () => {}),
        on: (listener) => child.on('message', listener),
        timeout: -1,
      },
    );
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => this.#end(`could not be started (${error.message})`, onCrash, resolve));
      // `close` comes after the last line of stderr
      child.on('close', (code, signal) => this.#end(howItEnded(code, signal), onCrash, resolve));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws what the engine throws, of the same class; `EngineCrash`; `CancelledError` when the process is stopped. */
  async call<M extends EngineMethod>(
    method: M,
    params: EngineParams[M],
    { signal, report, onEvent }: EngineWork<M>,
  ): Promise<EngineResults[M]> {
    if (signal?.aborted) throw new CancelledError();
    const job = ++this.#lastJob;
    const cancel = () => void this.#rpc.cancel.asEvent(job);
    signal?.addEventListener('abort', cancel, { once: true });
    this.#jobs.set(job, { method, report, onEvent: events(method, onEvent) });
    try {
      const outcome = await this.#rpc.call(job, method, params);
      if (!outcome.done) throw fromWire(outcome.error);
      const result = checks[method].result.parse(outcome.value);
      if (changesState.has(method)) this.#note(outcome.value);
      return result;
    } finally {
      this.#jobs.delete(job);
      signal?.removeEventListener('abort', cancel);
    }
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

  #end(how: string, onCrash: (crash: EngineCrash) => void, ended: () => void): void {
    if (this.#rpc.$closed) return;
    const calls = [...this.#jobs.values()].map(({ method }) => method);
    const crash = new EngineCrash(how, calls, this.#lastLines, this.#applied);
    this.#rpc.$close(this.#stopping ? new CancelledError('The engine') : crash);
    if (!this.#stopping) onCrash(crash);
    ended();
  }
}

const State = Applied.loose();
const changesState: ReadonlySet<EngineMethod> = new Set(['load', 'close', 'apply', 'revert']);

const checks: {
  readonly [M in EngineMethod]: {
    readonly result: { parse(value: unknown): EngineResults[M] };
    readonly event?: { parse(value: unknown): EngineEvents[M] };
  };
} = engineMethods;

function events<M extends EngineMethod>(method: M, onEvent: EngineWork<M>['onEvent']): Job['onEvent'] {
  const check = checks[method].event;
  if (onEvent === undefined || check === undefined) return undefined;
  return (event) => onEvent(check.parse(event));
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with code ${code}` : `was killed (${signal})`;
}
