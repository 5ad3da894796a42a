import type { Memento } from 'vscode';
import type { AppliedPatch } from '../../protocol/model.ts';

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

export interface Remembered {
  /** Models that were opened from outside the workspace, and edits files that came with them. */
  readonly opened: readonly string[];
  readonly openedEdits: readonly string[];
  readonly base?: string;
  /** Layers that a person chose, by model, with the reason that was given. */
  readonly targets: Readonly<Record<string, { readonly layer: number; readonly reason: string }>>;
  /** Models that are loaded, with what is on. */
  readonly loaded: Readonly<Record<string, readonly AppliedPatch[]>>;
  /** What was switched on and off, the latest last. */
  readonly switched?: readonly Switched[];
  /** The edit that is selected, by its key. */
  readonly selected?: string | undefined;
}

/** Names the form above as well: what has another form gets another name, and what was kept under this is forgotten. */
const key = 'palimpsest.window';
const nothing: Remembered = { opened: [], openedEdits: [], targets: {}, loaded: {} };

/** What outlives a reload of the window; kept by VS Code with the workspace. */
export class WindowMemory {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  get(): Remembered {
    return this.#state.get(key, nothing);
  }

  /** Whether there was a model in memory when the window was last open. */
  get hasLoaded(): boolean {
    return Object.keys(this.get().loaded).length > 0;
  }

  change(change: Partial<Remembered>): void {
    void this.#state.update(key, { ...this.get(), ...change });
  }
}
