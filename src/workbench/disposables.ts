import type { Disposable } from 'vscode';

/** What an object owns and gives back together, the last first. */
export class Disposables implements Disposable {
  readonly #owned: Disposable[] = [];

  /** Takes something over and hands it back, so that ownership shows where it is declared. */
  add<T extends Disposable>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0).reverse()) owned.dispose();
  }
}
