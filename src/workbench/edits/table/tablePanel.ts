import path from 'node:path';
import { commands, type Disposable, l10n, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { EditAction, EditsTableContract, EditsTableState } from '../../../protocol/editsTable.ts';
import { Disposables } from '../../disposables.ts';
import { attempt } from '../../engine/messages.ts';
import type { Models } from '../../models/models.ts';
import { saveFile } from '../../saveFile.ts';
import { showPage } from '../../webviews/showPage.ts';
import { Throttled } from '../../webviews/throttled.ts';
import type { Edits } from '../edits.ts';
import { revealEdit } from '../revealEdit.ts';
import { comparedEdit } from './comparedEdit.ts';

export interface TableParts {
  readonly extension: Uri;
  readonly models: Models;
  readonly edits: Edits;
}

/** A table of thousands of edits is told of changes at most so often, in ms. */
const pause = 100;

/** The table of the edits of one file. */
export class TablePanel implements Disposable {
  readonly panel: WebviewPanel;
  readonly #owned = new Disposables();
  readonly #parts: TableParts;
  readonly #file: Uri;

  constructor(file: Uri, parts: TableParts) {
    this.#file = file;
    this.#parts = parts;
    const title = l10n.t('Compare {0}', path.basename(file.fsPath));
    this.panel = window.createWebviewPanel('palimpsest.edits.table', title, ViewColumn.Active);
    const { edits } = parts;
    const page = this.#owned.add(
      showPage<EditsTableContract>(this.panel.webview, parts.extension, 'edits', title, {
        state: async () => {
          await Promise.all([edits.list(), parts.models.list()]);
          return this.#state();
        },
        act: ({ key, action }) => tried(() => this.#act(key, action)),
        measureAll: () => tried(() => this.#measureAll()),
        save: ({ csv }) => tried(() => saveFile(csv, 'csv', path.basename(file.fsPath, '.edits.json'), file)),
      }),
    );
    const telling = this.#owned.add(new Throttled(() => page.push('state', this.#state()), pause));
    this.#owned.add(edits.onDidChange(() => telling.soon()));
    this.panel.onDidDispose(() => this.dispose());
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #state(): EditsTableState {
    const { edits, models } = this.#parts;
    const content = edits.files.get(this.#file)?.content;
    const rows = edits.of(this.#file).map((entry) => comparedEdit(entry, content, models.base?.target));
    return { file: path.basename(this.#file.fsPath), edits: rows };
  }

  async #act(key: string, action: EditAction): Promise<unknown> {
    const { edits } = this.#parts;
    switch (action) {
      case 'apply':
      case 'revert':
      case 'measure':
        return await edits[action](key);
      case 'inspect':
        edits.select(key);
        return await commands.executeCommand('palimpsest.inspector.open');
      case 'reveal': {
        const entry = edits.get(key);
        return entry && (await revealEdit(entry, [], ViewColumn.Beside));
      }
    }
  }

  async #measureAll(): Promise<void> {
    const { edits } = this.#parts;
    const due = edits
      .of(this.#file)
      .filter(({ state }) => state === 'computed' || state === 'applied')
      .filter(({ measured, otherState }) => measured === undefined || otherState !== undefined);
    for (const { key } of due) await edits.measure(key);
  }
}

/** What fails is told to the person as a command's failure is; the page has nothing to add. */
async function tried(action: () => Promise<unknown>): Promise<undefined> {
  await attempt(action);
  return undefined;
}
