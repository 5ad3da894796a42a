import type { Disposable } from 'vscode';

/** Tells a page how things are: changes come in bursts, and it is told at most so often. */
export class Throttled implements Disposable {
  readonly #tell: () => void;
  readonly #pause: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param pause in ms */
  constructor(tell: () => void, pause = 60) {
    this.#tell = tell;
    this.#pause = pause;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, this.#pause);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
