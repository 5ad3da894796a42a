import { EventEmitter, type FileDecoration, type FileDecorationProvider, l10n, Uri } from 'vscode';
import { strength as written } from '../../text/numbers.ts';
import { onColor } from '../colors.ts';
import { Disposables } from '../disposables.ts';
import type { Edits } from './edits.ts';

const scheme = 'palimpsest-edit';

/** Names an edit's row for its badge. */
export const rowUri = (key: string): Uri => Uri.from({ scheme, path: '/', query: key });

/** What is on, at the right end of its row, which no narrow side bar cuts off: "on", or its strength where that is not 1. */
export class OnBadges extends Disposables implements FileDecorationProvider {
  readonly #changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeFileDecorations = this.#changed.event;
  readonly #edits: Edits;
  #shown = '';

  constructor(edits: Edits) {
    super();
    this.#edits = edits;
    this.add(
      edits.onDidChange(() => {
        const on = edits
          .known()
          .flatMap(({ key, strength }) => (strength === undefined ? [] : [key, strength]));
        const now = JSON.stringify(on);
        if (now === this.#shown) return;
        this.#shown = now;
        this.#changed.fire(undefined);
      }),
    );
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    if (uri.scheme !== scheme) return undefined;
    const strength = this.#edits.get(uri.query)?.strength;
    if (strength === undefined) return undefined;
    const short = strength === 1 ? l10n.t('on') : written(strength);
    // VS Code shows two characters
    return {
      badge: short.length > 2 ? '≠1' : short,
      color: onColor(),
      tooltip: l10n.t('on at {0}', written(strength)),
    };
  }
}
