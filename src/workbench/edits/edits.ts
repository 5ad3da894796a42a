import { type Disposable, type Event, EventEmitter, l10n, Uri, workspace } from 'vscode';
import { CancelledError, InputError } from '../../engine/errors.ts';
import { throwIfAborted } from '../../engine/work/turn.ts';
import type { ValueStep } from '../../protocol/editing.ts';
import type { Edit } from '../../protocol/edits.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import { demandTrust } from '../engine/hint.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Models } from '../models/models.ts';
import type { WindowMemory } from '../models/windowMemory.ts';
import { moveToTrash } from '../moveToTrash.ts';
import type { SwitchPatches } from '../patches/switchPatches.ts';
import { computeAndMeasure } from './computeAndMeasure.ts';
import { type EditEntry, editKey, factOf, type Measurement, ofKey } from './editEntry.ts';
import { editEntryOf, type Learnt } from './editEntryOf.ts';
import { EditsFiles, type ReadEditsFile } from './editsFiles.ts';
import type { Measurements } from './measurements.ts';
import { PatchDigests } from './patchDigests.ts';
import { PatchFiles, patchPath } from './patchFiles.ts';
import { SwitchQueue } from './switchQueue.ts';

interface Parts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly memory: WindowMemory;
  readonly switching: SwitchPatches;
  readonly measurements: Measurements;
}

/** The edits of this window: what their files say, what their patches are, what is on, and what they changed. */
export class Edits implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #selecting = this.#owned.add(new EventEmitter<EditEntry | undefined>());
  readonly onDidSelect: Event<EditEntry | undefined> = this.#selecting.event;
  readonly #parts: Parts;
  readonly #patches = new PatchFiles();
  readonly #digests = new PatchDigests();
  readonly #switches = new SwitchQueue(() => this.#changed.fire());
  readonly #learnt = new Map<string, Learnt>();
  readonly #computing = new Map<string, Promise<void>>();
  #found: Promise<void> | undefined;
  #listed = false;
  readonly files: EditsFiles;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.files = this.#owned.add(new EditsFiles(parts.memory));
    const look = () => void this.#lookAtPatches();
    this.#owned.add(this.files.onDidChange(look));
    this.#owned.add(
      parts.models.onDidChange(() => {
        this.#changed.fire();
        void this.#lookAtDigests();
      }),
    );
    const watcher = this.#owned.add(workspace.createFileSystemWatcher('**/*.patch.gguf'));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#owned.add(event(look));
    }
  }

  /** All edits; looks for their files when asked for the first time. */
  async list(): Promise<readonly EditEntry[]> {
    this.#found ??= this.#find();
    await this.#found;
    return this.known();
  }

  /** Whether all edits have been looked for once. */
  get listed(): boolean {
    return this.#listed;
  }

  /** The edits as far as their files have been looked for. */
  known(): readonly EditEntry[] {
    return this.files.known().flatMap((file) => this.of(file.uri));
  }

  /** The edits of one file, in its order. */
  of(file: Uri): readonly EditEntry[] {
    const read = this.files.get(file);
    return (read?.content?.edits ?? []).map((edit) => this.#entry(file, edit, read));
  }

  get(key: string): EditEntry | undefined {
    const { file, id } = ofKey(key);
    const read = this.files.get(file);
    const edit = read?.byId.get(id);
    return edit === undefined ? undefined : this.#entry(file, edit, read);
  }

  /** The edit that the inspector follows. */
  get selected(): EditEntry | undefined {
    const { selected } = this.#parts.memory.get();
    return selected === undefined ? undefined : this.get(selected);
  }

  select(key: string | undefined): void {
    this.#parts.memory.change({ selected: key });
    this.#selecting.fire(this.selected);
  }

  /** Switches an edit on: computes and measures it first unless its patch is there. Can be undone. */
  apply(key: string): Promise<void> {
    return this.#switches.add(key, true, (stop) => this.#apply(key, stop));
  }

  /** Switches an edit on at a strength, or gives it another. What is measured is told apart by its strength. */
  async applyAt(key: string, strength: number): Promise<void> {
    const entry = await this.#ready(key);
    const model = this.#base();
    if (entry.state !== 'applied' && entry.state !== 'computed') {
      throw new InputError(l10n.t('{0} is not computed; apply it first.', factOf(entry.edit)));
    }
    await this.#parts.switching.apply(model.path, { path: entry.patch, strength }, factOf(entry.edit));
  }

  /** Switches an edit off; cancels its computation where it is under way. Can be undone. */
  revert(key: string): Promise<void> {
    return this.#switches.add(key, false, () => this.#revert(key));
  }

  async #apply(key: string, stop: AbortSignal): Promise<void> {
    const entry = await this.#ready(key);
    const model = this.#base();
    if (entry.state === 'applied') return;
    if (entry.state !== 'computed') await this.#compute(entry, model, stop);
    throwIfAborted(stop);
    await this.#parts.switching.apply(model.path, { path: entry.patch, strength: 1 }, factOf(entry.edit));
    this.select(key);
    if (this.get(key)?.measured === undefined) await this.measure(key, stop);
  }

  async #revert(key: string): Promise<void> {
    const entry = await this.#ready(key);
    const model = this.#base();
    if (entry.state !== 'applied') return;
    await this.#parts.switching.revert(model.path, entry.patch, factOf(entry.edit));
  }

  /** Computes an edit anew, whatever is there; one that is on stays on, as it is then. */
  async compute(key: string): Promise<void> {
    const entry = await this.#ready(key);
    const model = this.#base();
    await this.#compute(entry, model);
    if (entry.state === 'applied') {
      await this.#parts.models.apply(model.path, [{ path: entry.patch, strength: entry.strength ?? 1 }]);
    }
  }

  /** Reads an edit's probes before and after it, with all that is on if it is on, else with its patch alone. */
  async measure(key: string, stop?: AbortSignal): Promise<Measurement> {
    const entry = await this.#ready(key);
    const model = this.#base();
    if (entry.state !== 'applied' && entry.state !== 'computed') {
      await this.#compute(entry, model, stop);
      const computed = this.get(key)?.measured;
      if (computed !== undefined) return computed;
    }
    const content = this.#content(entry);
    await this.#parts.models.load(model.path);
    const on = entry.state === 'applied' ? this.#base().applied : [{ path: entry.patch, strength: 1 }];
    const measured = await this.#parts.engine.run(
      l10n.t('Measuring {0}', factOf(entry.edit)),
      (client, work) =>
        client.measure({ model: model.path, edits: content, only: [entry.id], patches: [...on] }, work),
      stop,
    );
    const [edit] = measured.edits;
    if (edit === undefined) throw new Error('nothing was measured');
    const measurement = { edit, summary: measured.summary };
    await this.#parts.measurements.save(key, measurement);
    await this.#digests.look(on.map(({ path }) => path));
    this.#learn(key, { measured: measurement });
    return measurement;
  }

  /** Switches an edit off and moves its patch file to the trash. */
  async deletePatch(key: string): Promise<void> {
    const entry = await this.#ready(key);
    if (entry.state === 'applied') await this.revert(key);
    if (!(await moveToTrash(Uri.file(entry.patch)))) return;
    this.#learnt.delete(key);
    await this.#lookAtPatches();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** The edit as it is on the disk, after unsaved changes have been written. */
  async #ready(key: string): Promise<EditEntry> {
    demandTrust();
    await Promise.all([this.list(), this.#parts.models.list()]);
    const known = this.get(key);
    if (known !== undefined) await this.files.save(known.file);
    const entry = this.get(key);
    if (entry !== undefined) return entry;
    throw new InputError(l10n.t('This edit no longer exists; its file has changed.'));
  }

  async #find(): Promise<void> {
    await this.files.list();
    await this.#lookAtPatches();
    this.#listed = true;
    this.#changed.fire();
  }

  #base(): ModelEntry {
    const { base } = this.#parts.models;
    if (base !== undefined) return base;
    throw new InputError(
      l10n.t('No model is set as base: open one, or choose "Set as Base" in the list of models.'),
    );
  }

  #content({ file }: EditEntry) {
    const { content, error } = this.files.get(file) ?? {};
    if (content !== undefined && error === undefined) return content;
    throw new InputError(error ?? l10n.t('{0} cannot be read.', file.fsPath));
  }

  /** Computes an edit; who asks while it is being computed waits for the same patch. */
  #compute(entry: EditEntry, model: ModelEntry, stop?: AbortSignal): Promise<void> {
    const { key } = entry;
    const running = this.#computing.get(key) ?? this.#computeAlone(entry, model, stop);
    this.#computing.set(key, running);
    return running.finally(() => this.#computing.delete(key));
  }

  async #computeAlone(entry: EditEntry, model: ModelEntry, stop?: AbortSignal): Promise<void> {
    const { key } = entry;
    const content = this.#content(entry);
    this.#learn(key, {
      running: true,
      failure: undefined,
      steps: [],
      report: undefined,
      measured: undefined,
    });
    try {
      const loaded = await this.#parts.models.load(model.path);
      const onStep = (step: ValueStep) =>
        this.#learn(key, { steps: [...(this.#learnt.get(key)?.steps ?? []), step] });
      const computed = await computeAndMeasure(this.#parts.engine, loaded, entry, content, onStep, stop);
      await this.#parts.measurements.save(key, computed.measured);
      await this.#digests.look([entry.patch]);
      this.#learn(key, { running: false, ...computed });
    } catch (error) {
      const failure = error instanceof CancelledError ? undefined : sentenceOf(error);
      this.#learn(key, { running: false, failure, steps: [] });
      throw error;
    }
    await this.#lookAtPatches();
  }

  #entry(file: Uri, edit: Edit, read: ReadEditsFile | undefined): EditEntry {
    const key = editKey(file, edit.id);
    return editEntryOf({ key, file, edit, content: read?.content }, this.#learnt.get(key) ?? {}, {
      base: this.#parts.models.base,
      switches: this.#switches,
      digests: this.#digests,
    });
  }

  /** Those of edits are looked at with their patches; what is on may come from elsewhere. */
  async #lookAtDigests(): Promise<void> {
    const on = this.#parts.models.base?.applied ?? [];
    if (await this.#digests.look(on.map(({ path }) => path))) this.#changed.fire();
  }

  async #lookAtPatches(): Promise<void> {
    const edits = this.files
      .known()
      .flatMap(({ uri, content }) => (content?.edits ?? []).map(({ id }) => [uri, id] as const));
    await Promise.all(edits.map(([uri, id]) => this.#lookAtPatch(editKey(uri, id), patchPath(uri, id))));
    this.#changed.fire();
  }

  async #lookAtPatch(key: string, file: string): Promise<void> {
    const patch = await this.#patches.look(file);
    const known = this.#learnt.get(key);
    if (known?.patch === patch) return;
    const measured = patch === undefined ? undefined : await this.#parts.measurements.load(key);
    if (measured !== undefined) await this.#digests.look([file]);
    this.#learnt.set(key, { ...known, patch, measured });
  }

  #learn(key: string, learnt: Learnt): void {
    this.#learnt.set(key, { ...this.#learnt.get(key), ...learnt });
    this.#changed.fire();
    if (this.#parts.memory.get().selected === key) this.#selecting.fire(this.get(key));
  }
}
