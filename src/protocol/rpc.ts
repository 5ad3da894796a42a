import type { EngineMethod } from './engine.ts';

/** What crosses between the engine's process and its parent, over birpc and structured clones. */

/** An error as plain data: structured clones drop classes and fields of their own. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

export type Outcome =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly error: WireError };

/** What the parent asks of the host. `job` is the parent's own number for the call. */
export interface HostFunctions {
  call(job: number, method: EngineMethod, params: unknown): Promise<Outcome>;
  cancel(job: number): void;
}

/** What the host tells the parent, unasked and unanswered. */
export interface ParentFunctions {
  progress(job: number, stage: string, fraction: number): void;
  /** What is wrong in a call though it goes on, in one sentence. */
  warn(job: number, text: string): void;
  /** Something that happened in a call, in the form that the method's `event` describes. */
  event(job: number, event: unknown): void;
  /** A file or folder that is made for a while, and again when it is gone: what a crash leaves behind can be removed. */
  temporary(path: string, there: boolean): void;
  /** A line of llama.cpp's log, with ggml's level: 2 info, 3 warning, 4 error. */
  log(level: number, text: string): void;
}
