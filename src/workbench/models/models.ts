import path from 'node:path';
import { type Disposable, type Event, EventEmitter, l10n, Uri } from 'vscode';
import { CancelledError } from '../../engine/errors.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import { demandTrust } from '../engine/hint.ts';
import { sentenceOf } from '../engine/messages.ts';
import { isThere } from '../isThere.ts';
import { baseOf } from './baseOf.ts';
import { ModelFiles } from './discoverModels.ts';
import type { ModelEntry } from './modelEntry.ts';
import { readModelHeader } from './readModelHeader.ts';
import { tellGone } from './tellGone.ts';
import type { WindowMemory } from './windowMemory.ts';

/**
 * The models of this window: those of the workspace and those that were opened, each with what is loaded and on. The
 * engine's process holds no state that this store could not bring back: after a reload of the window, or when the
 * process was stopped for idling, a model is loaded again with the same patches when it is next needed.
 */
export class Models implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #engine: EngineService;
  readonly #memory: WindowMemory;
  readonly #files = this.#owned.add(new ModelFiles());
  readonly #entries = new Map<string, ModelEntry>();
  readonly #loading = new Map<string, Promise<ModelEntry>>();
  #found: Promise<void> | undefined;
  #listed = false;

  constructor(engine: EngineService, memory: WindowMemory) {
    this.#engine = engine;
    this.#memory = memory;
    this.#owned.add(this.#files.onDidChange((uri) => void this.#refresh(uri)));
    this.#owned.add(engine.onDidCrash(() => this.#off({ forget: true })));
    this.#owned.add(engine.onDidStop(() => this.#off({ forget: false })));
  }

  /** The models, those of the workspace first; looks for them when asked for the first time. */
  async list(): Promise<readonly ModelEntry[]> {
    this.#found ??= this.#find();
    await this.#found;
    return this.known();
  }

  /** Whether all models have been looked for once. */
  get listed(): boolean {
    return this.#listed;
  }

  /** The models as far as they have been looked for. */
  known(): readonly ModelEntry[] {
    return [...this.#entries.values()];
  }

  get(file: string): ModelEntry | undefined {
    return this.#entries.get(file);
  }

  /** The model that edits are made on: the one that was set, else the only one that is loaded or can be. */
  get base(): ModelEntry | undefined {
    return baseOf(this.known(), this.#memory.get().base);
  }

  setBase(file: string): void {
    this.#memory.change({ base: file });
    this.#changed.fire();
  }

  /** Adds a file from anywhere. @throws InputError when it is no model */
  async open(uri: Uri): Promise<ModelEntry> {
    await this.list();
    const entry = await readModelHeader(uri);
    if (entry === undefined) throw new TypeError(l10n.t('{0} is a patch, not a model.', uri.fsPath));
    const known = this.#entries.get(entry.path);
    if (known !== undefined) return known;
    const { opened } = this.#memory.get();
    this.#memory.change({ opened: [...opened, entry.path] });
    return this.#set(entry);
  }

  /** Takes a model that was opened off the list; files of the workspace stay. */
  async remove(file: string): Promise<void> {
    await this.unload(file);
    const { opened } = this.#memory.get();
    this.#memory.change({ opened: opened.filter((other) => other !== file) });
    if (!opened.includes(file)) return;
    this.#entries.delete(file);
    this.#changed.fire();
  }

  isOpened(file: string): boolean {
    return this.#memory.get().opened.includes(file);
  }

  /** Loads a model unless it is loaded, and switches on again what was on before a reload or a stop. */
  async load(file: string): Promise<ModelEntry> {
    demandTrust();
    const entry = this.#expect(file);
    if (entry.state === 'ready') return entry;
    const loading = this.#loading.get(file) ?? this.#load(entry);
    this.#loading.set(file, loading);
    return await loading.finally(() => this.#loading.delete(file));
  }

  async unload(file: string): Promise<void> {
    const entry = this.#expect(file);
    if (entry.state === 'ready') await this.#engine.quietly((client) => client.close({ model: file }));
    this.#remember(file, undefined);
    this.#set({ ...entry, state: 'header', loaded: undefined, applied: [] });
  }

  /** Switches patches on after those that are on; one that is on takes the new strength. */
  async apply(file: string, patches: readonly AppliedPatch[]): Promise<ModelEntry> {
    await this.load(file);
    const { applied } = await this.#engine.quietly((client) =>
      client.apply({ model: file, patches: [...patches] }),
    );
    return this.#applied(file, applied);
  }

  /** Switches one patch off, or all. */
  async revert(file: string, patch?: string): Promise<ModelEntry> {
    const { applied } = await this.#engine.quietly((client) => client.revert({ model: file, patch }));
    return this.#applied(file, applied);
  }

  /** Makes exactly these patches be on, in this order: what undoing needs. */
  async switchTo(file: string, patches: readonly AppliedPatch[]): Promise<ModelEntry> {
    await this.load(file);
    const entry = await this.revert(file);
    return patches.length === 0 ? entry : await this.apply(file, patches);
  }

  /** Chooses the layer that edits act on, or leaves it to the engine again. */
  chooseTarget(file: string, target: { readonly layer: number; readonly reason: string } | undefined): void {
    const { [file]: _, ...others } = this.#memory.get().targets;
    this.#memory.change({ targets: target === undefined ? others : { ...others, [file]: target } });
    this.#set(this.#withTarget(this.#expect(file)));
  }

  /** Loads again what was loaded before the window was reloaded. */
  async restore(): Promise<void> {
    await this.list();
    for (const file of Object.keys(this.#memory.get().loaded)) {
      if (this.#entries.has(file)) await this.load(file);
    }
  }

  /** Looks for models again and reads the headers of those that are not loaded. */
  async refresh(): Promise<void> {
    this.#found = this.#find();
    await this.#found;
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #find(): Promise<void> {
    const opened = this.#memory.get().opened.map((file) => Uri.file(file));
    for (const uri of [...(await this.#files.find()), ...opened]) await this.#refresh(uri);
    this.#listed = true;
    this.#changed.fire();
  }

  /** Reads a header anew, unless the model is in memory; forgets a file that is gone, and says so. */
  async #refresh(uri: Uri): Promise<void> {
    const known = this.#entries.get(uri.fsPath);
    if (known?.state === 'loading' || known?.state === 'ready') {
      if (!(await isThere(uri))) void tellGone(known);
      return;
    }
    const entry = await readModelHeader(uri);
    if (entry === undefined) {
      if (!this.#entries.delete(uri.fsPath)) return;
      this.#changed.fire();
      if (known !== undefined && !(await isThere(uri))) void tellGone(known);
    } else {
      this.#set(this.#withTarget(entry));
    }
  }

  async #load(entry: ModelEntry): Promise<ModelEntry> {
    const { path: file } = entry;
    this.#set({ ...entry, state: 'loading', error: undefined });
    try {
      const title = l10n.t('Loading {0}', entry.name);
      const [loaded, info] = await this.#engine.run(title, async (client, { signal, report }) => {
        const telling = {
          signal,
          report: (stage: string, fraction: number) => {
            report?.(stage, fraction);
            this.#set({ ...this.#expect(file), stage, fraction });
          },
        };
        return [
          await client.load({ model: file }, telling),
          await client.info({ model: file, digest: true }, telling),
        ] as const;
      });
      const { applied } = await this.#bringBack(file);
      const ready = { ...this.#expect(file), info, loaded, digest: info.digest ?? undefined, applied };
      this.#remember(file, applied);
      return this.#set(this.#withTarget({ ...ready, state: 'ready', stage: undefined, fraction: undefined }));
    } catch (error) {
      const cancelled = error instanceof CancelledError;
      if (cancelled) this.#giveBack(file);
      const outcome = cancelled
        ? ({ state: 'header', error: undefined } as const)
        : ({ state: 'failed', error: sentenceOf(error) } as const);
      this.#set({ ...entry, ...outcome, loaded: undefined, applied: [] });
      throw error;
    }
  }

  /** Frees what the engine holds of a model whose loading was cancelled late; where it holds nothing, that is well. */
  #giveBack(file: string): void {
    this.#engine.quietly((client) => client.close({ model: file })).catch(() => {});
  }

  /** Switches on what was on, as far as its files are still there and fit. */
  async #bringBack(file: string): Promise<{ applied: readonly AppliedPatch[] }> {
    const patches = this.#memory.get().loaded[file] ?? [];
    if (patches.length === 0) return { applied: [] };
    try {
      return await this.#engine.quietly((client) => client.apply({ model: file, patches: [...patches] }));
    } catch (error) {
      this.#remember(file, []);
      throw error;
    }
  }

  #applied(file: string, applied: readonly AppliedPatch[]): ModelEntry {
    this.#remember(file, applied);
    return this.#set({ ...this.#expect(file), applied });
  }

  /** The engine's process is gone, and with it what was loaded. */
  #off({ forget }: { readonly forget: boolean }): void {
    if (forget) this.#memory.change({ loaded: {} });
    for (const entry of this.known()) {
      if (entry.loaded === undefined && entry.state !== 'loading') continue;
      this.#entries.set(entry.path, { ...entry, state: 'header', loaded: undefined, applied: [] });
    }
    this.#changed.fire();
  }

  #remember(file: string, applied: readonly AppliedPatch[] | undefined): void {
    const { [file]: _, ...others } = this.#memory.get().loaded;
    this.#memory.change({ loaded: applied === undefined ? others : { ...others, [file]: [...applied] } });
  }

  #withTarget(entry: ModelEntry): ModelEntry {
    const chosen = this.#memory.get().targets[entry.path];
    return { ...entry, target: chosen === undefined ? entry.proposed : { ...chosen, chosen: true } };
  }

  #expect(file: string): ModelEntry {
    const entry = this.#entries.get(file);
    if (entry !== undefined) return entry;
    throw new TypeError(l10n.t('{0} is not one of the models of this window.', path.basename(file)));
  }

  #set(entry: ModelEntry): ModelEntry {
    this.#entries.set(entry.path, entry);
    this.#changed.fire();
    return entry;
  }
}
