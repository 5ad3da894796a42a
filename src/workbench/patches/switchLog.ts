import type { Switched, WindowMemory } from '../models/windowMemory.ts';

/** More than anyone looks through. */
const limit = 200;

/** What was switched on and off in this workspace; it outlives the window, which undoing does not. */
export class SwitchLog {
  readonly #memory: Pick<WindowMemory, 'get' | 'change'>;

  constructor(memory: Pick<WindowMemory, 'get' | 'change'>) {
    this.#memory = memory;
  }

  add(switched: Switched): void {
    this.#memory.change({ switched: [...(this.#memory.get().switched ?? []), switched].slice(-limit) });
  }

  /** The latest first. */
  list(): readonly Switched[] {
    return (this.#memory.get().switched ?? []).toReversed();
  }
}
