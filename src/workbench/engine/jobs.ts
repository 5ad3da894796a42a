import { type Event, EventEmitter, ProgressLocation, window } from 'vscode';
import type { Work } from '../../engine/work/progress.ts';

/** A piece of work that runs or waits for its turn. */
export interface Job {
  readonly id: number;
  readonly title: string;
  /** What is being done, in a short phrase; empty until the engine says so. */
  readonly stage: string;
  /** 0..1 of the stage. */
  readonly fraction: number;
  cancel(): void;
}

/** Work shorter than this, in milliseconds, shows no notification. */
const patience = 500;

/**
 * The work that people asked for: each with its progress, each to be cancelled, in the order in which the engine takes
 * them (one at a time).
 */
export class Jobs {
  readonly #jobs = new Map<number, Job>();
  readonly #changed = new EventEmitter<void>();
  readonly onDidChange: Event<void> = this.#changed.event;
  #last = 0;

  list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /**
   * Runs a task with a notification that shows how far it is and cancels it.
   *
   * @param stop cancels it from elsewhere
   */
  async run<T>(
    title: string,
    task: (work: Work & { readonly signal: AbortSignal }) => Promise<T>,
    stop?: AbortSignal,
  ): Promise<T> {
    const id = ++this.#last;
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (stop?.aborted) abort();
    stop?.addEventListener('abort', abort);
    const shown = new Notice(title, abort);
    const update = (stage: string, fraction: number) => {
      this.#jobs.set(id, { id, title, stage, fraction, cancel: abort });
      shown.report(stage, fraction);
      this.#changed.fire();
    };
    update('', 0);
    try {
      return await task({ signal: controller.signal, report: update });
    } finally {
      stop?.removeEventListener('abort', abort);
      shown.close();
      this.#jobs.delete(id);
      this.#changed.fire();
    }
  }
}

/** The notification of one job, from half a second after its beginning to its end. */
class Notice {
  readonly #timer: NodeJS.Timeout;
  #report: ((stage: string, fraction: number) => void) | undefined;
  #end: (() => void) | undefined;
  #last: readonly [stage: string, fraction: number] = ['', 0];

  constructor(title: string, cancel: () => void) {
    this.#timer = setTimeout(() => this.#open(title, cancel), patience);
  }

  report(stage: string, fraction: number): void {
    this.#last = [stage, fraction];
    this.#report?.(stage, fraction);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end?.();
  }

  #open(title: string, cancel: () => void): void {
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(cancel);
      // VS Code's bar takes increments and never goes back; a new stage goes on from where the last one ended
      let reached = 0;
      this.#report = (stage, fraction) => {
        const percent = 100 * Math.min(1, Math.max(0, fraction));
        progress.report({ message: sentence(stage, percent), increment: Math.max(0, percent - reached) });
        reached = Math.max(reached, percent);
      };
      this.#report(...this.#last);
      return new Promise<void>((resolve) => {
        this.#end = resolve;
      });
    });
  }
}

function sentence(stage: string, percent: number): string {
  return percent > 0 && percent < 100 ? `${stage} (${Math.round(percent)} %)` : stage;
}
