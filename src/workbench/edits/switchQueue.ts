import { CancelledError } from '../../engine/errors.ts';

type Task = (stop: AbortSignal) => Promise<void>;

/** A switch that was asked for and is not done. */
class Switch {
  readonly key: string;
  readonly on: boolean;
  readonly done: Promise<void>;
  readonly stop = new AbortController();
  readonly #task: Task;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(key: string, on: boolean, task: Task) {
    this.key = key;
    this.on = on;
    this.#task = task;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // who asked hears of a failure; the queue goes on
    this.done.catch(() => {});
  }

  run(): Promise<void> {
    return this.#task(this.stop.signal).then(this.#resolve, this.#reject);
  }

  giveUp(): void {
    this.#reject(new CancelledError());
  }
}

/**
 * Switches edits on and off in the order in which a person asks for it, one after the other. What is asked for last of an
 * edit counts: its opposite is taken back while it waits, and cancelled while it runs.
 */
export class SwitchQueue {
  readonly #waiting: Switch[] = [];
  readonly #changed: () => void;
  #running: Switch | undefined;

  /** @param changed called whenever what is wished, or a place, is another */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Whether an edit is to be on or off; undefined where nothing is under way for it. */
  wished(key: string): boolean | undefined {
    return this.#last(key)?.on;
  }

  /** How many switches come before that of an edit; 0 for the one that runs; undefined where none is under way. */
  place(key: string): number | undefined {
    const at = this.#waiting.findLastIndex((one) => one.key === key);
    if (at >= 0) return at + (this.#running === undefined ? 0 : 1);
    return this.#last(key) === undefined ? undefined : 0;
  }

  /** @throws CancelledError where the switch is taken back; else what `task` throws */
  add(key: string, on: boolean, task: Task): Promise<void> {
    const last = this.#last(key);
    if (last?.on === on) return last.done;
    const waiting = last === undefined ? -1 : this.#waiting.indexOf(last);
    if (last !== undefined && waiting >= 0) {
      this.#waiting.splice(waiting, 1);
      last.giveUp();
      this.#changed();
      // what is left is as it was before, unless that was cancelled as well
      if (this.#running?.key !== key) return Promise.resolve();
      if (this.#running.on === on && !this.#running.stop.signal.aborted) return this.#running.done;
    }
    // it may be past what can be cancelled, so that its opposite is still to be done
    if (last?.on === true && waiting < 0) last.stop.abort();
    const next = new Switch(key, on, task);
    this.#waiting.push(next);
    this.#changed();
    void this.#runAll();
    return next.done;
  }

  /** What was asked for last of an edit; what was cancelled counts no more. */
  #last(key: string): Switch | undefined {
    const waiting = this.#waiting.findLast((one) => one.key === key);
    if (waiting !== undefined) return waiting;
    const running = this.#running;
    return running?.key === key && !running.stop.signal.aborted ? running : undefined;
  }

  async #runAll(): Promise<void> {
    if (this.#running !== undefined) return;
    for (;;) {
      this.#running = this.#waiting.shift();
      this.#changed();
      if (this.#running === undefined) return;
      await this.#running.run();
    }
  }
}
