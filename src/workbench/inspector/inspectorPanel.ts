import { randomUUID } from 'node:crypto';
import { commands, type Disposable, Uri, type WebviewPanel } from 'vscode';
import type {
  ExportFormat,
  InspectorAction,
  InspectorContract,
  InspectorState,
} from '../../protocol/inspector.ts';
import { Disposables } from '../disposables.ts';
import type { EditEntry } from '../edits/editEntry.ts';
import type { Edits } from '../edits/edits.ts';
import { revealEdit } from '../edits/revealEdit.ts';
import type { EngineService } from '../engine/engineService.ts';
import { attempt } from '../engine/messages.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Models } from '../models/models.ts';
import type { Handlers, ServedPage } from '../webviews/servePage.ts';
import { showPage } from '../webviews/showPage.ts';
import { Identities } from './identities.ts';
import { changeOf, inspectorState } from './inspectedState.ts';
import { inspectorReadings, type Subject } from './inspectorReadings.ts';
import { probePlace, promptsOf } from './probePlace.ts';
import { RevertProofs } from './revertProofs.ts';
import { pickFormat, saveExport } from './saveExport.ts';

export interface InspectorParts {
  readonly extension: Uri;
  readonly engine: EngineService;
  readonly models: Models;
  readonly edits: Edits;
  /** Why the engine has stopped, until it is started anew. */
  readonly crash: () => string | undefined;
}

/** Changes come in bursts: the page is told at most so often, in ms. */
const pause = 60;

/** The inspector of one model. It follows the selected edit. */
export class InspectorPanel implements Disposable {
  readonly panel: WebviewPanel;
  readonly #owned = new Disposables();
  readonly #parts: InspectorParts;
  readonly #path: string;
  readonly #page: ServedPage<InspectorContract>;
  readonly #identities = new Identities();
  readonly #proofs: RevertProofs;
  #asked: InspectorState['asked'] = null;
  #told: NodeJS.Timeout | undefined;

  /** @param path the model's */
  constructor(panel: WebviewPanel, path: string, parts: InspectorParts) {
    this.panel = panel;
    this.#path = path;
    this.#parts = parts;
    this.#proofs = new RevertProofs((model, prompt, patches) =>
      parts.engine.quietly((client) => client.logits({ model, prompt, patches })),
    );
    this.#page = this.#owned.add(
      showPage<InspectorContract>(panel.webview, parts.extension, 'inspector', panel.title, this.#handlers()),
    );
    const changed = () => this.update();
    this.#owned.add(parts.models.onDidChange(changed));
    this.#owned.add(parts.edits.onDidChange(changed));
    this.#owned.add(parts.edits.onDidSelect(changed));
  }

  /** Shows a prompt in the page, now or as soon as it is loaded. */
  show(prompt: string): void {
    this.#asked = { id: randomUUID(), prompt };
    this.update();
  }

  async export(): Promise<void> {
    const format: ExportFormat | undefined = await pickFormat();
    if (format !== undefined) this.#page.push('export', format);
  }

  /** Tells the page how things are, soon. */
  update(): void {
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.#page.push('state', this.#state());
      void this.#prove();
    }, pause);
  }

  dispose(): void {
    clearTimeout(this.#told);
    this.#owned.dispose();
  }

  get #model(): ModelEntry | undefined {
    return this.#parts.models.get(this.#path);
  }

  /** The selected edit as it is on this model; an edit is on, or computed, for the base alone. */
  get #selected(): EditEntry | undefined {
    return this.#isBase ? this.#parts.edits.selected : undefined;
  }

  get #isBase(): boolean {
    return this.#parts.models.base?.path === this.#path;
  }

  #state(): InspectorState {
    const { edits, crash } = this.#parts;
    const selected = this.#selected;
    return inspectorState({
      path: this.#path,
      model: this.#model,
      crash: crash(),
      edits: this.#isBase ? edits.known() : [],
      selected,
      proof: selected === undefined ? undefined : this.#proofs.of(selected.key),
      asked: this.#asked,
      identities: this.#identities,
    });
  }

  async #prove(): Promise<void> {
    const [model, selected] = [this.#model, this.#selected];
    if (model === undefined || selected === undefined) return;
    if (await this.#proofs.look(model, selected)) this.update();
  }

  #subject(): Subject {
    const selected = this.#selected;
    const change = changeOf(this.#model, selected);
    const { new: wanted, true: actual } = selected?.edit.target ?? {};
    const targets = [wanted, actual].filter((target) => target !== undefined);
    return { model: this.#path, patches: change?.patches ?? [], targets };
  }

  #handlers(): Handlers<InspectorContract> {
    const { models, edits, engine } = this.#parts;
    return {
      ...inspectorReadings(engine, () => this.#subject()),
      state: async () => {
        await models.list();
        await edits.list();
        return this.#state();
      },
      select: ({ key }) => tried(async () => edits.select(key)),
      act: ({ action }) => tried(() => this.#act(action)),
      prompts: () => (this.#selected === undefined ? [] : promptsOf(this.#selected.edit)),
      measurement: () => this.#selected?.measured ?? null,
      reveal: (probe) =>
        tried(async () => {
          const selected = this.#selected;
          if (selected !== undefined) await revealEdit(selected, probePlace(selected.edit, probe));
        }),
      save: (file) => tried(() => saveExport(file, this.#selected?.file ?? Uri.file(this.#path))),
    };
  }

  async #act(action: InspectorAction): Promise<void> {
    const { models, edits } = this.#parts;
    const key = this.#selected?.key;
    switch (action) {
      case 'load':
        await models.load(this.#path);
        return;
      case 'apply':
        if (key !== undefined) await edits.apply(key);
        return;
      case 'revert':
        if (key !== undefined) await edits.revert(key);
        return;
      case 'measure':
        if (key !== undefined) await edits.measure(key);
        return;
      case 'restart':
        await commands.executeCommand('palimpsest.engine.restart');
        return;
      case 'showLog':
        await commands.executeCommand('palimpsest.engine.showLog');
        return;
      case 'export':
        await this.export();
    }
  }
}

/** What fails is told to the person as a command's failure is; the page has nothing to add. */
async function tried(action: () => Promise<unknown>): Promise<undefined> {
  await attempt(action);
  return undefined;
}
