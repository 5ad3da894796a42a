import path from 'node:path';
import type { AppliedPatch, Loaded } from '../../protocol/model.ts';
import { readPatch } from '../editing/patches/readPatch.ts';
import { editNeed } from '../editing/session/editMemory.ts';
import { EditSession } from '../editing/session/session.ts';
import { InputError } from '../errors.ts';
import { openFile } from '../files/source.ts';
import { stampOf } from '../files/stamp.ts';
import { expectFits } from '../gguf/adapter.ts';
import { stringOf } from '../gguf/header.ts';
import { expectModel } from '../gguf/kind.ts';
import { KEYS } from '../gguf/names.ts';
import { readModelFiles } from '../gguf/split.ts';
import { ProbeContext, type SwitchTo } from '../inspection/probeContext.ts';
import { Adapter } from '../llama/adapter.ts';
import type { Applied } from '../llama/context.ts';
import { freeMemory } from '../llama/devices.ts';
import { expectMemory, memoryNeed } from '../llama/memory.ts';
import { Model } from '../llama/model.ts';
import { loadRuntime } from '../llama/runtime.ts';
import { expectFinite } from '../weights/finite.ts';
import type { Work } from '../work/progress.ts';

/** What the engine may use of the machine. */
export interface Resources {
  /** Threads to compute with; as many as there are processors without it. */
  readonly threads?: number | undefined;
  /** Bytes that a model and an edit of it may take; what is free without it. */
  readonly memory?: number | undefined;
}

/** Tokens that a context holds at least, so that few are made anew for a longer prompt. */
const minSize = 512;

/** A model in memory with what hangs on it: contexts to read it through, patches, the session that edits it. */
export class LoadedModel implements Disposable {
  readonly model: Model;
  readonly session: EditSession;
  readonly threads: number;
  /** What is switched on, in order. */
  applied: readonly AppliedPatch[] = [];
  readonly #adapters = new Map<string, { readonly stamp: string; readonly adapter: Adapter }>();
  #plain: ProbeContext | undefined;
  #tapped: ProbeContext | undefined;

  private constructor(model: Model, session: EditSession, threads: number) {
    this.model = model;
    this.session = session;
    this.threads = threads;
  }

  /** @throws InputError for a file that is no sound model; EngineError when memory is short or llama.cpp refuses it */
  static async load(file: string, { threads, memory }: Resources, work: Work): Promise<LoadedModel> {
    const { paths, header } = await readModelFiles(file, work);
    expectModel(header);
    const limit = memory ?? freeMemory(await loadRuntime());
    expectMemory(file, memoryNeed(header), limit);
    const [first = file] = paths;
    // weights that were laid out anew can be read by nothing but products, so that all copies would be needed
    const model = await Model.load(first, work, editNeed(header).total <= limit);
    const session = await EditSession.open(model, threads, limit);
    return new LoadedModel(model, session, threads ?? model.runtime.threads);
  }

  describe(): Loaded {
    const { path, layers, embedding, contextLength, parameters, unsupported, runtime } = this.model;
    return {
      model: path,
      architecture: this.session.architecture,
      layers,
      embedding,
      contextLength,
      parameters,
      device: runtime.device,
      uneditable: unsupported === undefined ? null : `a ${unsupported} model`,
      applied: [...this.applied],
    };
  }

  /** What the model calls itself, else its file's name. */
  get name(): string {
    return stringOf(this.session.files.header, KEYS.name) ?? path.basename(this.model.path);
  }

  /** The context that probes are read through, with room for `tokens` together. */
  reading(tokens: number): ProbeContext {
    this.#plain = this.#roomy(this.#plain, tokens, false);
    return this.#plain;
  }

  /** The context whose nodes are read. */
  tapped(tokens: number): ProbeContext {
    this.#tapped = this.#roomy(this.#tapped, tokens, true);
    return this.#tapped;
  }

  /** @throws InputError where the model's context does not hold so many tokens */
  expectRoom(tokens: number): void {
    const { contextLength } = this.model;
    if (tokens <= contextLength) return;
    throw new InputError(
      `The prompt takes ${tokens} tokens with what follows it, but the model's context holds ${contextLength}.`,
    );
  }

  #roomy(context: ProbeContext | undefined, tokens: number, tapped: boolean): ProbeContext {
    this.expectRoom(tokens);
    if (context !== undefined && context.size >= tokens) return context;
    context?.dispose();
    const size = Math.max(minSize, tokens);
    return new ProbeContext(this.model, { size, threads: this.threads, tapped });
  }

  /**
   * Patches ready to be switched on. Each is loaded once, and again after its file has changed.
   *
   * @throws InputError for a file that is no patch, one for another base, or one with values that are not finite
   */
  async adapters(patches: readonly AppliedPatch[], work: Work = {}): Promise<Applied[]> {
    const ready: Applied[] = [];
    for (const { path, strength } of patches) {
      ready.push({ adapter: await this.#adapter(path, work), strength });
    }
    return ready;
  }

  async #adapter(file: string, work: Work): Promise<Adapter> {
    const absolute = path.resolve(file);
    const stamp = await stampOf(absolute);
    const known = this.#adapters.get(absolute);
    if (known?.stamp === stamp) return known.adapter;
    await this.#expectOwnPatch(absolute, work);
    const adapter = Adapter.load(this.model, absolute);
    if (known !== undefined) {
      for (const context of [this.#plain, this.#tapped]) context?.setAdapters([]);
      known.adapter.dispose();
    }
    this.#adapters.set(absolute, { stamp, adapter });
    return adapter;
  }

  async #expectOwnPatch(file: string, work: Work): Promise<void> {
    const { header, description } = await readPatch(file);
    if (description !== undefined && description.base.digest !== (await this.session.digest(work))) {
      throw new InputError(
        `${file} was made for another base (${description.base.name}, ${description.base.digest.slice(0, 19)}...) than ${this.model.path}.`,
      );
    }
    expectFits(header, this.session.files.header);
    await using source = await openFile(file);
    await expectFinite(this.model.runtime, source, header.tensors, work.signal);
  }

  dispose(): void {
    this.#plain?.dispose();
    this.#tapped?.dispose();
    this.session[Symbol.dispose]();
    for (const { adapter } of this.#adapters.values()) adapter.dispose();
    this.model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Switches a context between the base and the base with patches. */
export function switchOf(context: ProbeContext, after: readonly Applied[]): SwitchTo {
  return (state) => context.setAdapters(state === 'before' ? [] : after);
}
