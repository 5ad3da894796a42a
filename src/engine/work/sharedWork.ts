import { CancelledError } from '../errors.ts';
import type { Work } from './progress.ts';

/**
 * Work that is done once for all who ask for it. Each hears how far it is and can give up alone; it is canceled when
 * nobody waits for it any more.
 */
export class SharedWork<T> {
  readonly #controller = new AbortController();
  readonly #waiting = new Set<Work>();
  readonly #result: Promise<T>;
  readonly #what: string;
  #state: 'running' | 'done' | 'failed' = 'running';

  /** @param what it is called where it is canceled: "The download" */
  constructor(run: (work: Work) => Promise<T>, what: string) {
    this.#what = what;
    const { signal } = this.#controller;
    const told = (tell: (work: Work) => void) => this.#waiting.forEach(tell);
    this.#result = run({
      signal,
      report: (stage, fraction) => told((work) => work.report?.(stage, fraction)),
      warn: (text) => told((work) => work.warn?.(text)),
    });
    this.#result.then(
      () => {
        this.#state = 'done';
      },
      () => {
        this.#state = 'failed';
      },
    );
  }

  /** It failed or was canceled, so that whoever wants it begins anew. */
  get isOver(): boolean {
    return this.#state === 'failed' || this.#controller.signal.aborted;
  }

  /** @throws what the work throws, CancelledError where this one gives up */
  async wait(work: Work): Promise<T> {
    const { signal } = work;
    const own = { ...work };
    this.#waiting.add(own);
    let stop: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      stop = () => reject(new CancelledError(this.#what));
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([this.#result, givenUp]);
    } finally {
      if (stop !== undefined) signal?.removeEventListener('abort', stop);
      this.#waiting.delete(own);
      if (this.#waiting.size === 0 && this.#state === 'running') this.#controller.abort();
    }
  }
}
