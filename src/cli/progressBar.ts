import { visible } from '../text/visible.ts';
import type { Terminal } from './terminal.ts';

/** In milliseconds. */
const pause = 100;
const width = 24;

/** One line on stderr that is drawn over itself: stage, bar, share. Draws nothing where stderr is no screen. */
export class ProgressBar {
  readonly #terminal: Terminal;
  #drawn = false;
  #last = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  readonly report = (stage: string, fraction: number): void => {
    const now = performance.now();
    if (!this.#terminal.interactive || now - this.#last < pause) return;
    this.#last = now;
    this.#drawn = true;
    const share = Math.min(1, Math.max(0, fraction));
    const full = Math.round(share * width);
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(100 * share)).padStart(3)} %`;
    const room = Math.max(0, this.#terminal.columns - width - 9);
    this.#terminal.err(`\r\u001b[K${bar}  ${visible(stage).slice(0, room)}`);
  };

  /** Takes the line away, so that what follows begins on a clean one. */
  clear(): void {
    if (this.#drawn) this.#terminal.err('\r\u001b[K');
    this.#drawn = false;
  }
}
