import type { AppliedPatch } from '../../protocol/model.ts';
import type { WindowMemory } from '../models/windowMemory.ts';

/** What was on after a switch, to be gone back to. */
export interface Switched {
  /** For people: "Apply Eiffel Tower: Paris → Rome at strength 1". */
  readonly title: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** The model's path. */
  readonly model: string;
  /** All that was on then, in order. */
  readonly patches: readonly AppliedPatch[];
}

/** More than anyone looks through. */
const most = 200;

/** What was switched on and off in this workspace; it outlives the window, which undoing does not. */
export class SwitchLog {
  readonly #memory: Pick<WindowMemory, 'get' | 'change'>;

  constructor(memory: Pick<WindowMemory, 'get' | 'change'>) {
    this.#memory = memory;
  }

  add(switched: Switched): void {
    this.#memory.change({ switched: [...(this.#memory.get().switched ?? []), switched].slice(-most) });
  }

  /** The latest first. */
  list(): readonly Switched[] {
    return (this.#memory.get().switched ?? []).toReversed();
  }
}
