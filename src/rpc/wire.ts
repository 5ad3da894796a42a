/**
 * What crosses between two ends of a channel, over birpc: one end asks, the other answers. Channels carry structured
 * clones (processes) or JSON with typed arrays (webviews).
 */

/** An error as plain data: neither channel keeps classes. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

export type Outcome =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly error: WireError };

/** What the asking end may call. `job` is its own number for the call. */
export interface Answers {
  call(job: number, method: string, params: unknown): Promise<Outcome>;
  cancel(job: number): void;
}

/** What the answering end tells of a call under way, unanswered. */
export interface Reports {
  progress(job: number, stage: string, fraction: number): void;
  /** What is wrong in a call though it goes on, in one sentence. */
  warn(job: number, text: string): void;
  /** Something that happened in a call, in the form that its method describes. */
  event(job: number, event: unknown): void;
}

/** How the asking end follows and stops a call. `fraction` is in 0..1; `stage` is a short phrase for people. */
export interface CallWork {
  readonly signal?: AbortSignal | undefined;
  readonly report?: ((stage: string, fraction: number) => void) | undefined;
  readonly warn?: ((text: string) => void) | undefined;
  readonly onEvent?: ((event: unknown) => void) | undefined;
}

/** The same for the answering end, which always has all of it. */
export interface AnswerWork {
  readonly signal: AbortSignal;
  readonly report: (stage: string, fraction: number) => void;
  readonly warn: (text: string) => void;
  readonly onEvent: (event: unknown) => void;
}

/** An error as plain data, for the other end. */
export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}
