import { throttled } from './throttle.ts';
import { type Answers, type AnswerWork, toWire } from './wire.ts';

/** The asking end as it is told of a call, without waiting for it. */
export interface Asker {
  readonly progress: Told<[job: number, stage: string, fraction: number]>;
  readonly warn: Told<[job: number, text: string]>;
  readonly event: Told<[job: number, event: unknown]>;
}

interface Told<A extends unknown[]> {
  asEvent(...args: A): unknown;
}

export interface Answering {
  readonly functions: Answers;
  /** Raises the signal of every call under way; of none of them anything more is told. */
  stopAll(): void;
}

/**
 * The end that answers calls. Whatever `answer` throws is the outcome of its call.
 *
 * @param asker gives the other end, which is connected after this one is made
 */
export function answering(
  answer: (method: string, params: unknown, work: AnswerWork) => unknown,
  asker: () => Asker,
): Answering {
  const jobs = new Map<number, AbortController>();
  const functions: Answers = {
    async call(job, method, params) {
      const controller = new AbortController();
      jobs.set(job, controller);
      // once all were stopped, a later asker may have begun a job of the same number
      const goesOn = () => jobs.get(job) === controller;
      const work: AnswerWork = {
        signal: controller.signal,
        report: throttled((stage, fraction) => {
          if (goesOn()) asker().progress.asEvent(job, stage, fraction);
        }),
        warn: (text) => {
          if (goesOn()) asker().warn.asEvent(job, text);
        },
        onEvent: (event) => {
          if (goesOn()) asker().event.asEvent(job, event);
        },
      };
      try {
        return { done: true, value: await answer(method, params, work) };
      } catch (error) {
        return { done: false, error: toWire(error) };
      } finally {
        if (goesOn()) jobs.delete(job);
      }
    },
    cancel(job) {
      jobs.get(job)?.abort();
    },
  };
  return {
    functions,
    stopAll() {
      const stopped = [...jobs.values()];
      jobs.clear();
      for (const controller of stopped) controller.abort();
    },
  };
}
