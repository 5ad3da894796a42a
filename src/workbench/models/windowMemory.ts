import type { Memento } from 'vscode';
import { z } from 'zod';
import { AppliedPatch } from '../../protocol/model.ts';

const Remembered = z.object({
  /** Models that were opened from outside the workspace, and edits files that came with them. */
  opened: z.array(z.string()),
  openedEdits: z.array(z.string()),
  base: z.string().optional(),
  /** Layers that a person chose, by model, with the reason that was given. */
  targets: z.record(z.string(), z.object({ layer: z.int().min(0), reason: z.string() })),
  /** Models that are loaded, with what is on. */
  loaded: z.record(z.string(), z.array(AppliedPatch)),
  /** The edit that is selected, by its key. */
  selected: z.string().optional(),
});
export type Remembered = z.infer<typeof Remembered>;

const key = 'palimpsest.window';
const nothing: Remembered = { opened: [], openedEdits: [], targets: {}, loaded: {} };

/** What outlives a reload of the window; kept by VS Code with the workspace. */
export class WindowMemory {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  /** What an earlier version wrote and this one cannot read is forgotten. */
  get(): Remembered {
    return Remembered.safeParse(this.#state.get(key)).data ?? nothing;
  }

  /** Whether there was a model in memory when the window was last open. */
  get hasLoaded(): boolean {
    return Object.keys(this.get().loaded).length > 0;
  }

  change(change: Partial<Remembered>): void {
    void this.#state.update(key, { ...this.get(), ...change });
  }
}
