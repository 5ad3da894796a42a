import { commands, type Disposable, l10n, ViewColumn, type WebviewPanel, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import { pickModel } from '../models/pickModel.ts';
import { tickStep } from '../sample/walkthroughSteps.ts';
import { tabIcon } from '../webviews/tabIcon.ts';
import { InspectorPanel, type InspectorParts } from './inspectorPanel.ts';

const viewType = 'palimpsest.inspector';

/** The inspector: one panel a model, brought back where it was after a reload, and the commands that open it. */
export function registerInspector(parts: Omit<InspectorParts, 'crash'>): Disposable {
  return new Inspectors(parts);
}

class Inspectors extends Disposables {
  readonly #parts: InspectorParts;
  readonly #panels = new Map<string, InspectorPanel>();
  #crash: string | undefined;

  constructor(parts: Omit<InspectorParts, 'crash'>) {
    super();
    this.#parts = { ...parts, crash: () => this.#crash };
    const crashed = (crash: string | undefined) => {
      this.#crash = crash;
      for (const panel of this.#panels.values()) panel.update();
    };
    this.add(parts.engine.onDidCrash(({ message }) => crashed(message)));
    this.add(parts.engine.onDidStop(() => crashed(undefined)));
    const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
      this.add(
        commands.registerCommand(`palimpsest.inspector.${name}`, (given: unknown) =>
          attempt(() => action(given)),
        ),
      );
    command('open', (given) => this.#open(given));
    command('openPrompt', (given) => this.#openPrompt(given));
    command('export', () => this.#export());
    this.add(
      window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => this.#restore(panel, state),
      }),
    );
  }

  override dispose(): void {
    for (const { panel } of this.#panels.values()) panel.dispose();
    super.dispose();
  }

  /** @param given a model: its path, file or node; the base without one */
  async #open(given: unknown): Promise<InspectorPanel | undefined> {
    const { models } = this.#parts;
    await models.list();
    const base = given === undefined ? models.base : undefined;
    const entry = base ?? (await pickModel(models, given));
    return entry === undefined ? undefined : this.#show(entry);
  }

  /** The text that is selected in the editor, else one that is typed. */
  async #openPrompt(given: unknown): Promise<void> {
    const editor = window.activeTextEditor;
    const selected = unquoted(editor?.document.getText(editor.selection) ?? '');
    const text =
      typeof given === 'string'
        ? given
        : selected.trim() === ''
          ? await window.showInputBox({ prompt: l10n.t('The text for the model to read') })
          : selected;
    if (text === undefined || text.trim() === '') return;
    (await this.#open(undefined))?.show(text);
  }

  async #export(): Promise<void> {
    const panels = [...this.#panels.values()];
    const panel =
      panels.find(({ panel: { active } }) => active) ?? panels.find(({ panel: { visible } }) => visible);
    if (panel === undefined)
      throw new InputError(l10n.t('Open the inspector first; the export saves what it shows.'));
    await panel.export();
  }

  #show(entry: ModelEntry): InspectorPanel {
    tickStep('inspect');
    const known = this.#panels.get(entry.path);
    if (known !== undefined) {
      known.panel.reveal();
      return known;
    }
    const column = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    const title = l10n.t('Inspect {0}', entry.name);
    return this.#adopt(window.createWebviewPanel(viewType, title, column), entry.path);
  }

  /** After a reload: the page's own state says which model it belonged to. */
  #restore(panel: WebviewPanel, state: unknown): void {
    const model = typeof state === 'object' && state !== null ? Reflect.get(state, 'model') : undefined;
    if (typeof model === 'string' && model !== '' && !this.#panels.has(model)) this.#adopt(panel, model);
    else panel.dispose();
  }

  #adopt(panel: WebviewPanel, path: string): InspectorPanel {
    panel.iconPath = tabIcon(this.#parts.extension);
    const inspector = new InspectorPanel(panel, path, this.#parts);
    this.#panels.set(path, inspector);
    panel.onDidDispose(() => {
      this.#panels.delete(path);
      inspector.dispose();
    });
    return inspector;
  }
}

/** A string of a JSON file as the text that it stands for; other text as it is. */
function unquoted(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}
