import type { Edit, Method } from '../../protocol/edits.ts';
import {
  type BatchName,
  isBatchName,
  isFineTuneName,
  spreadsOverLayers,
  writesBoundary,
} from '../../protocol/methodKinds.ts';
import { at } from '../numeric/at.ts';
import { GrowingGram } from '../numeric/growingGram.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import type { Hyperparameters } from './hyperparameters/hyperparameters.ts';
import { type LayerChoice, layersEndingAt } from './hyperparameters/modelDefaults.ts';
import {
  type CovarianceSource,
  computeCovariances,
  hasCovariance,
  layerCovariance,
} from './keys/covarianceCache.ts';
import { layerNullSpace } from './keys/layerNullSpace.ts';
import { principalDirections } from './keys/principalDirections.ts';
import type { SubspaceName, Subspaces } from './methods/batchMethod.ts';
import { computeBlue } from './methods/blue.ts';
import type { ComputedEdit } from './methods/computedEdit.ts';
import { dinm } from './methods/dinm.ts';
import { donorEdit } from './methods/donor.ts';
import type { Donor } from './methods/donorsIn.ts';
import { type BatchEdit, type BatchLayer, computeBatch, refusePostNorm } from './methods/editBatch.ts';
import { fineTune } from './methods/fineTune.ts';
import { lora } from './methods/lora.ts';
import { batchMethods } from './methods/methods.ts';
import { computeRankOneEdit } from './methods/rankOneEdit.ts';
import { RunningMoments } from './methods/runningMoments.ts';
import { ultraEdit } from './methods/ultraEdit.ts';
import type { LayerUpdate } from './patches/update.ts';
import type { EditSession } from './session/session.ts';
import type { Subspace } from './session/subspace.ts';
import type { EditRequest } from './value/rewriting.ts';
import type { ValueStep } from './value/value.ts';

/** What all edits of one patch have in common. */
export interface RunPlan extends CovarianceSource {
  readonly protect?: boolean | undefined;
  readonly onStep?: ((id: string, step: ValueStep) => void) | undefined;
  /** Switches updates on, besides those that are done. */
  readonly buildOn: (updates: readonly LayerUpdate[]) => Promise<void>;
}

/** The methods that compute one edit at a time. */
type SingleName = Exclude<Method, BatchName | 'ultraedit' | 'lora' | 'dinm'>;
type SinglePlan = RunPlan & {
  readonly method: SingleName;
  readonly hyperparameters: Hyperparameters;
  readonly templates: readonly string[];
};
type Planned = {
  readonly edit: Edit;
  readonly method: Method;
  readonly layer: LayerChoice;
  readonly hyperparameters: Hyperparameters;
  readonly donors: readonly Donor[];
};

/** Computes the edits of one patch, batch after batch, and remembers what earlier batches wrote. */
export class EditRun {
  readonly #session: EditSession;
  readonly #plan: RunPlan;
  /** By method, layer and hyperparameters. */
  readonly #layersOf = new Map<string, BatchLayer>();
  /** What UltraEdit norms by, by layer. */
  readonly #moments = new Map<number, RunningMoments>();

  constructor(session: EditSession, plan: RunPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  /**
   * @param batch edits of one method, layer and hyperparameters; of a method that takes no more, a single one
   * @param templates how their prompts begin
   */
  async compute(
    batch: readonly Planned[],
    templates: readonly string[],
    work: Work,
  ): Promise<ComputedEdit[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const { method, layer, hyperparameters } = first;
    const how = { ...this.#plan, hyperparameters, templates };
    const edits = batch.map(({ edit }) => this.#asked(edit));
    if (isBatchName(method)) {
      const [gathering, computing] = phases(work, [1, 2]);
      const layers = await this.#layers(first, method, gathering);
      const plan = { ...how, method: batchMethods[method], layers };
      const compute = writesBoundary(method) ? computeBlue : computeBatch;
      return await compute(this.#session, edits, plan, computing);
    }
    if (method === 'ultraedit') {
      const moments = this.#moments.get(layer.layer) ?? new RunningMoments();
      this.#moments.set(layer.layer, moments);
      return await ultraEdit(this.#session, edits, { ...how, layer: layer.layer, moments }, work);
    }
    if (method === 'lora') {
      return await lora(this.#session, edits, { ...how, layer: layer.layer }, work);
    }
    if (method === 'dinm') {
      const records = batch.map(({ edit }, i) => ({ edit, onStep: edits[i]?.onStep }));
      return await dinm(this.#session, records, { ...how, layer }, work);
    }
    return [await this.#one(first, { ...how, method }, work)];
  }

  async #one({ edit, layer, donors }: Planned, how: SinglePlan, work: Work): Promise<ComputedEdit> {
    const session = this.#session;
    const { request, protect, onStep } = this.#asked(edit);
    const { method } = how;
    const plan = { ...how, protect, onStep, layer: layer.layer };
    if (isFineTuneName(method)) return await fineTune(session, request, { ...plan, method }, work);
    const { signal, warn } = work;
    const known = await hasCovariance(session, layer.layer, plan.hyperparameters, this.#plan, {
      signal,
      warn,
    });
    const [gathering, computing] = phases(work, [known ? 0 : 20, 10]);
    const covariance = await layerCovariance(
      session,
      layer.layer,
      plan.hyperparameters,
      this.#plan,
      gathering,
    );
    return method === 'donor'
      ? await donorEdit(session, edit, { ...plan, covariance, donors }, computing)
      : await computeRankOneEdit(session, request, { ...plan, method, covariance }, computing);
  }

  #asked(edit: Edit): Required<BatchEdit> {
    const { id, probes } = edit;
    const request: EditRequest = { ...edit, target: edit.target.new };
    return {
      id,
      request,
      protect: this.#plan.protect ? (probes?.sameSubject ?? []).map((probe) => probe.prompt) : [],
      onStep: (step: ValueStep) => this.#plan.onStep?.(id, step),
    };
  }

  async #layers(
    { layer: top, hyperparameters }: Planned,
    method: BatchName,
    work: Work,
  ): Promise<BatchLayer[]> {
    const session = this.#session;
    const spread = spreadsOverLayers(method) ? hyperparameters.spread : 1;
    const near = layersEndingAt(session.files, top.layer, spread);
    const boundary = writesBoundary(method);
    const numbers = boundary && near.length > 1 ? [at(near, 0), top.layer] : near;
    if (!boundary) refusePostNorm(session, numbers);
    const way = JSON.stringify([method, hyperparameters]);
    const [gathering, finding] = phases(work, [1, 1]);
    await computeCovariances(session, numbers, hyperparameters, this.#plan, gathering);
    const layers: BatchLayer[] = [];
    for (const [index, layer] of numbers.entries()) {
      const own = parted(finding, index, numbers.length, `layer ${layer}`);
      const name = `${layer} ${way}`;
      const known = this.#layersOf.get(name) ?? (await this.#layer(layer, { method, hyperparameters }, own));
      this.#layersOf.set(name, known);
      layers.push(known);
    }
    return layers;
  }

  async #layer(
    layer: number,
    { method, hyperparameters }: { method: BatchName; hyperparameters: Hyperparameters },
    work: Work,
  ): Promise<BatchLayer> {
    const session = this.#session;
    const { signal, warn } = work;
    const covariance = await layerCovariance(session, layer, hyperparameters, this.#plan, { signal, warn });
    const spaces = new Map<SubspaceName, () => Promise<Subspace>>([
      ['nullSpace', () => layerNullSpace(session, layer, covariance, hyperparameters, this.#plan, work)],
      // what keys share most is what is left when the least of their energy is taken away
      [
        'ownSpace',
        () => {
          const nullSpace = 1 - hyperparameters.shared;
          const rest = { ...hyperparameters, nullSpace };
          return layerNullSpace(session, layer, covariance, rest, this.#plan, { signal, warn });
        },
      ],
      ['principal', () => principalDirections(session, layer, hyperparameters.principal, { signal })],
    ]);
    const found: [SubspaceName, Subspace][] = [];
    for (const [name, find] of spaces) {
      if (batchMethods[method].needs.includes(name)) found.push([name, await find()]);
    }
    const subspaces: Subspaces = Object.fromEntries(found);
    const memory = new GrowingGram(hyperparameters.l2 * covariance.meanSquare);
    return { layer, covariance, subspaces, memory };
  }
}
