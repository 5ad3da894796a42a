import type { Hyperparameters } from '../../../protocol/hyperparameters.ts';
import { TransposedWeights } from '../../autodiff/weights.ts';
import { knownDigest } from '../../cache/knownDigest.ts';
import { architectureOf } from '../../gguf/header.ts';
import { type ModelFiles, readModelFiles } from '../../gguf/split.ts';
import type { Adapter } from '../../llama/adapter.ts';
import { type Applied, Context } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import { Devices } from '../../llama/scheduler.ts';
import { tensorNorm } from '../../weights/tensorNorm.ts';
import type { Work } from '../../work/progress.ts';
import type { Covariance } from './covariance.ts';
import { editNeed } from './editMemory.ts';
import type { Subspace } from './subspace.ts';

/** Prompts of one edit, each a sequence of the context. */
export const maxPrompts = 64;
/** Rows of logits that one edit may supervise, and those that a context has room for from the first. */
export const maxOutputs = 1024;
export const usualOutputs = 128;

/**
 * What all edits of one loaded model share: a context that can be traced, the devices that compute gradients, and the
 * transposed weights, which are made by the first edit and serve the rest.
 */
export class EditSession implements Disposable {
  readonly model: Model;
  readonly files: ModelFiles;
  readonly devices: Devices;
  readonly weights: TransposedWeights;
  /** Bytes that an edit may use. */
  readonly memory: number;
  /** Covariances that were read or computed, by the file that keeps them. */
  readonly covariances = new Map<string, Covariance>();
  /** The null spaces of covariances, likewise. */
  readonly nullSpaces = new Map<string, Subspace>();
  #context: Context | undefined;
  /** Rows of logits that it has room for. */
  #outputs = usualOutputs;
  #applied: readonly Applied[] = [];
  #digest: string | undefined;
  readonly #templates = new Map<string, Promise<string[]>>();
  /** ‖W‖ by the weight's name. */
  readonly #norms = new Map<string, number>();

  private constructor(model: Model, files: ModelFiles, threads: number, memory: number) {
    this.model = model;
    this.files = files;
    this.memory = memory;
    this.devices = new Devices(model.runtime, threads);
    const { least } = editNeed(files.header);
    this.weights = new TransposedWeights(this.devices, files, Math.max(0, memory - least));
  }

  /**
   * Borrows `model`, which must outlive the session.
   *
   * @param memory bytes that an edit may use, the loaded model included
   */
  static async open(
    model: Model,
    threads = model.runtime.threads,
    memory = process.availableMemory(),
  ): Promise<EditSession> {
    return new EditSession(model, await readModelFiles(model.path), threads, memory);
  }

  /** The digest of the model's files, as patches and caches name their base. */
  async digest(work?: Work): Promise<string> {
    this.#digest ??= await knownDigest(this.files.paths, work);
    return this.#digest;
  }

  /** The architecture's name for metadata, e.g. `llama`. */
  get architecture(): string {
    return architectureOf(this.files.header) || 'unknown';
  }

  /** The context that edits are computed in, empty and with room for `tokens` and `outputs` rows of logits. */
  context(tokens: number, outputs = 1): Context {
    if (this.#context === undefined || this.#context.size < tokens || this.#outputs < outputs) {
      this.#context?.dispose();
      this.#outputs = Math.max(this.#outputs, outputs);
      this.#context = new Context(this.model, {
        size: tokens,
        sequences: maxPrompts,
        outputs: this.#outputs,
        threads: this.devices.threads,
        cacheType: 'f32',
        tapped: true,
      });
      this.#context.setAdapters(this.#applied);
    }
    this.#context.clear();
    return this.#context;
  }

  /** Lets go of all covariances; those that are kept in files are read again when they are asked for. */
  releaseCovariances(): void {
    for (const { solver } of this.covariances.values()) solver[Symbol.dispose]();
    this.covariances.clear();
    this.nullSpaces.clear();
  }

  /** The beginnings of prompts that `wanted` asks for, made once. */
  templates(wanted: Hyperparameters['templates'], make: () => Promise<string[]>): Promise<string[]> {
    const key = JSON.stringify(wanted);
    const known = this.#templates.get(key) ?? make();
    this.#templates.set(key, known);
    known.catch(() => this.#templates.delete(key));
    return known;
  }

  /** ‖W‖, Frobenius, of a weight as the file stores it. */
  async weightNorm(weight: string, signal?: AbortSignal): Promise<number> {
    const known = this.#norms.get(weight);
    if (known !== undefined) return known;
    const info = this.files.header.tensors.find(({ name }) => name === weight);
    if (info === undefined) throw new Error(`the model has no ${weight}`);
    const norm = await tensorNorm(this.model.runtime, this.files, info, signal);
    this.#norms.set(weight, norm);
    return norm;
  }

  /** What further edits are computed on top of. */
  get applied(): readonly Applied[] {
    return this.#applied;
  }

  /** Owns the patches on top of which further edits are computed, in order; those before are freed. */
  build(on: readonly Adapter[]): void {
    const before = this.#applied;
    this.#applied = on.map((adapter) => ({ adapter, strength: 1 }));
    this.#context?.setAdapters(this.#applied);
    for (const { adapter } of before) adapter.dispose();
  }

  [Symbol.dispose](): void {
    this.build([]);
    this.#context?.dispose();
    this.releaseCovariances();
    this.weights[Symbol.dispose]();
    this.devices[Symbol.dispose]();
  }
}
