import type { CallWork, Outcome, Reports, WireError } from './wire.ts';

/** The answering end as calls reach it. */
export interface Answerer {
  call(job: number, method: string, params: unknown): Promise<Outcome>;
  readonly cancel: { asEvent(job: number): unknown };
}

export interface Asking {
  readonly functions: Reports;
  /**
   * Asks the other end. Raising `work.signal` stops the call there. Progress, warnings and events come before the result.
   *
   * @param name of the call, for people
   * @throws what `errorOf` makes of what was thrown at the other end
   */
  call(method: string, params: unknown, work: CallWork, name?: string): Promise<unknown>;
  /** Names of the calls under way, oldest first. */
  underWay(): string[];
}

const cancelled: WireError = {
  name: 'CancelledError',
  message: 'The work was canceled; nothing was written.',
};

/**
 * The end that asks.
 *
 * @param answerer gives the other end, which is connected after this one is made
 * @param errorOf an error of the class that this end knows by the name
 */
export function asking(answerer: () => Answerer, errorOf: (error: WireError) => Error): Asking {
  const jobs = new Map<number, { readonly name: string; readonly work: CallWork }>();
  let lastJob = 0;
  return {
    functions: {
      progress: (job, stage, fraction) => jobs.get(job)?.work.report?.(stage, fraction),
      warn: (job, text) => jobs.get(job)?.work.warn?.(text),
      event: (job, event) => jobs.get(job)?.work.onEvent?.(event),
    },
    async call(method, params, work, name = method) {
      const { signal } = work;
      if (signal?.aborted) throw errorOf(cancelled);
      const job = ++lastJob;
      const cancel = () => void answerer().cancel.asEvent(job);
      signal?.addEventListener('abort', cancel, { once: true });
      jobs.set(job, { name, work });
      try {
        const outcome = await answerer().call(job, method, params);
        if (!outcome.done) throw errorOf(outcome.error);
        return outcome.value;
      } finally {
        jobs.delete(job);
        signal?.removeEventListener('abort', cancel);
      }
    },
    underWay: () => Array.from(jobs.values(), ({ name }) => name),
  };
}
