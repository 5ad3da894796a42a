import { randomUUID } from 'node:crypto';
import { type Disposable, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { inContext } from '../../engine/inspection/inContext.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { ExportFormat, InspectorContract, InspectorState } from '../../protocol/inspector.ts';
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
import { Throttled } from '../webviews/throttled.ts';
import { Identities } from './identities.ts';
import { changeOf, inspectorState } from './inspectedState.ts';
import { inspectorAction } from './inspectorAction.ts';
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

/** Edits that the page offers to turn to; the Edits view has all. */
const maxChoices = 300;

/** The inspector of one model. It follows the selected edit. */
export class InspectorPanel implements Disposable {
  readonly panel: WebviewPanel;
  readonly #owned = new Disposables();
  readonly #parts: InspectorParts;
  readonly #path: string;
  readonly #page: ServedPage<InspectorContract>;
  readonly #identities = new Identities();
  readonly #proofs: RevertProofs;
  readonly #telling: Throttled;
  #asked: InspectorState['asked'] = null;

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
    this.#telling = this.#owned.add(
      new Throttled(() => {
        this.#page.push('state', this.#state());
        void this.#prove();
      }),
    );
    const changed = () => this.update();
    this.#owned.add(parts.models.onDidChange(changed));
    this.#owned.add(parts.edits.onDidChange(changed));
    this.#owned.add(parts.edits.onDidSelect(changed));
    // an edit that is on already is to be proved when it is reverted
    this.update();
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
    this.#telling.soon();
  }

  dispose(): void {
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
    const { crash } = this.#parts;
    const selected = this.#selected;
    return inspectorState({
      path: this.#path,
      model: this.#model,
      base: this.#isBase,
      crash: crash(),
      edits: this.#choices(selected),
      selected,
      proof: selected === undefined ? undefined : this.#proofs.of(selected.key),
      asked: this.#asked,
      identities: this.#identities,
    });
  }

  /** The edits beside the selected one, in the order of their file. */
  #choices(selected: EditEntry | undefined): readonly EditEntry[] {
    if (!this.#isBase) return [];
    const { edits } = this.#parts;
    const all = selected === undefined ? edits.known() : edits.of(selected.file);
    const first = all.slice(0, maxChoices);
    const missing = selected !== undefined && !first.some(({ key }) => key === selected.key);
    return missing ? [...first, selected] : first;
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
    return {
      model: this.#path,
      patches: change?.patches ?? [],
      targets,
      edit: selected?.edit,
      own: selected?.made === undefined ? undefined : selected.patch,
      inContext: selected && inContext(selected.edit, this.#neighbours(selected)),
    };
  }

  /** The edits of the same file: demonstrations for one in context. */
  #neighbours({ file }: EditEntry): Edit[] {
    return this.#parts.edits.of(file).map(({ edit }) => edit);
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
      act: ({ action }) =>
        tried(() =>
          action === 'export'
            ? this.export()
            : inspectorAction(this.#parts, action, { model: this.#path, edit: this.#selected?.key }),
        ),
      prompts: () => (this.#selected === undefined ? [] : promptsOf(this.#selected.edit)),
      measurement: () => this.#selected?.measured ?? null,
      applyAt: ({ strength }) =>
        tried(async () => {
          const selected = this.#selected;
          if (selected !== undefined) await edits.applyAt(selected.key, strength);
        }),
      reveal: (probe) =>
        tried(async () => {
          const selected = this.#selected;
          if (selected === undefined) return;
          await revealEdit(selected, probePlace(selected.edit, probe), columnOf(selected.file));
        }),
      save: (file) => tried(() => saveExport(file, this.#selected?.file ?? Uri.file(this.#path))),
    };
  }
}

/** What fails is told to the person as a command's failure is; the page has nothing to add. */
async function tried(action: () => Promise<unknown>): Promise<undefined> {
  await attempt(action);
  return undefined;
}

/** Where a file is seen already, else beside the panel, which stays in sight. */
function columnOf(file: Uri): ViewColumn {
  const shown = window.visibleTextEditors.find(({ document }) => document.uri.toString() === file.toString());
  return shown?.viewColumn ?? ViewColumn.Beside;
}
