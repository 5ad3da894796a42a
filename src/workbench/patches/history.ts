/** Something that was done and can be undone and done again. */
export interface Step {
  /** For people: "Apply Eiffel Tower: Paris → Rome". */
  readonly title: string;
  undo(): Promise<unknown>;
  redo(): Promise<unknown>;
}

/** More than anyone goes back. */
const limit = 100;

/** What was applied and reverted in this window, to go back and forth in. */
export class History {
  #done: Step[] = [];
  #undone: Step[] = [];

  push(step: Step): void {
    this.#done = [...this.#done, step].slice(-limit);
    this.#undone = [];
  }

  /** Nothing that was done before can be undone any more: the engine has lost it. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
  }

  /** Undoes the last step. @returns its title, or undefined when there is none */
  async undo(): Promise<string | undefined> {
    const step = this.#done.at(-1);
    if (step === undefined) return undefined;
    await step.undo();
    this.#done = this.#done.slice(0, -1);
    this.#undone = [...this.#undone, step];
    return step.title;
  }

  async redo(): Promise<string | undefined> {
    const step = this.#undone.at(-1);
    if (step === undefined) return undefined;
    await step.redo();
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, step];
    return step.title;
  }
}
