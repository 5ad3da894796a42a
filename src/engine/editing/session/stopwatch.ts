/** Milliseconds by part of an edit. */
export interface EditTimes {
  readonly keys: number;
  readonly twin: number;
  readonly value: number;
  readonly solve: number;
}

/** Adds up what the parts of an edit take. */
export class Stopwatch {
  readonly times = { keys: 0, twin: 0, value: 0, solve: 0 };
  #last = performance.now();

  lap(part: keyof EditTimes): void {
    const now = performance.now();
    this.times[part] += now - this.#last;
    this.#last = now;
  }
}

/** The part of each of some edits that were computed together. */
export const sharedTimes = ({ keys, twin, value, solve }: EditTimes, edits: number): EditTimes => ({
  keys: keys / edits,
  twin: twin / edits,
  value: value / edits,
  solve: solve / edits,
});
