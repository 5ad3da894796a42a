import { CodeLens, type CodeLensProvider, type Command, EventEmitter, l10n, type TextDocument } from 'vscode';
import { label } from '../../../text/labels.ts';
import { Disposables } from '../../disposables.ts';
import type { EditEntry } from '../editEntry.ts';
import type { Edits } from '../edits.ts';
import { iconOf, saysMeasured, saysState } from '../editWords.ts';
import { rangeOf } from './editsDocuments.ts';
import { type Lens, lensesOver, signatureOf } from './lensPlan.ts';
import { outlineOf } from './outline.ts';

/** The line over each edit of a file: its state, and what can be done with it. */
export class EditsLenses extends Disposables implements CodeLensProvider {
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #edits: Edits;
  #shown = '';

  constructor(edits: Edits) {
    super();
    this.#edits = edits;
    this.add(
      edits.onDidChange(() => {
        const now = signatureOf(edits.known());
        if (now === this.#shown) return;
        this.#shown = now;
        this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    await this.#edits.files.list();
    const file = this.#edits.files.get(document.uri);
    const listed = file !== undefined;
    const entries = new Map(this.#edits.of(document.uri).map((entry) => [entry.id, entry]));
    return outlineOf(document.getText()).flatMap((edit) => {
      const entry = entries.get(edit.id);
      const range = rangeOf(document, { offset: edit.offset, length: 1 });
      const state = { listed, unsaved: document.isDirty };
      const wrong = file?.invalid.find(({ index }) => index === edit.index)?.problem.message ?? file?.error;
      return lensesOver(edit, entry, state).map(
        (lens) => new CodeLens(range, commandOf(lens, document, entry, wrong)),
      );
    });
  }
}

/** @param wrong what is wrong with an edit that cannot be used */
function commandOf(
  lens: Lens,
  { uri }: TextDocument,
  entry: EditEntry | undefined,
  wrong: string | undefined,
): Command {
  const onEdit = (name: string, title: string): Command => ({
    command: `palimpsest.edits.${name}`,
    title,
    arguments: [entry?.key],
  });
  switch (lens) {
    case 'state':
      return { command: '', title: stateOf(entry), tooltip: entry?.detail ?? '' };
    case 'apply':
      return onEdit('apply', l10n.t('Apply'));
    case 'revert':
      return onEdit('revert', l10n.t('Revert'));
    case 'measure':
      return onEdit('measure', l10n.t('Measure'));
    case 'inspect':
      return onEdit('inspect', l10n.t('Inspect'));
    case 'propose':
      return onEdit('proposeProbes', l10n.t('Propose Probes'));
    case 'save':
      return { command: 'workbench.action.files.save', title: l10n.t('Save to apply this edit') };
    case 'wrong':
      return {
        command: 'workbench.actions.view.problems',
        title: `$(error)\u00a0${label(wrong ?? l10n.t('The edit is not valid'))}`,
      };
    case 'add':
      return {
        command: 'palimpsest.edits.open',
        title: l10n.t('Add this file to the list of edits'),
        arguments: [uri],
      };
  }
}

/** "$(pass-filled) on at 1 · Works: Rome 97.8 %. ..." */
function stateOf(entry: EditEntry | undefined): string {
  if (entry === undefined) return '';
  // VS Code swallows a plain space behind an icon
  const state = `$(${iconOf(entry).id})\u00a0${saysState(entry)}`;
  const measured = saysMeasured(entry);
  return measured === undefined ? state : `${state} · ${label(measured)}`;
}
