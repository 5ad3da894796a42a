import type { Edit, Method } from '../../protocol/edits.ts';
import { GrowingGram } from '../linalg/growingGram.ts';
import { parted, phases, type Work } from '../progress.ts';
import {
  type CovarianceSource,
  computeCovariances,
  hasCovariance,
  layerCovariance,
} from './covarianceCache.ts';
import { type ComputedEdit, computeEdit } from './edit.ts';
import { type BatchEdit, type BatchLayer, computeBatch, refusePostNorm } from './editBatch.ts';
import { type FineTunePlan, fineTune } from './fineTune.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { type BatchName, isBatchName, isFineTuneName, spreadsOverLayers } from './methodKinds.ts';
import { batchMethods } from './methods.ts';
import { type LayerChoice, layersEndingAt } from './modelDefaults.ts';
import { layerNullSpace } from './nullSpace.ts';
import type { EditRequest } from './rewriting.ts';
import type { EditSession } from './session.ts';
import type { LayerUpdate } from './update.ts';
import type { ValueStep } from './value.ts';

/** What all edits of one patch have in common. */
export interface RunPlan extends CovarianceSource {
  readonly hyperparameters: Hyperparameters;
  readonly templates: readonly string[];
  readonly protect?: boolean | undefined;
  readonly onStep?: ((id: string, step: ValueStep) => void) | undefined;
  /** Switches updates on, besides those that are done. */
  readonly buildOn: (updates: readonly LayerUpdate[]) => Promise<void>;
}

type Planned = { readonly edit: Edit; readonly method: Method; readonly layer: LayerChoice };

/** Computes the edits of one patch, batch after batch, and remembers what earlier batches wrote. */
export class EditRun {
  readonly #session: EditSession;
  readonly #plan: RunPlan;
  /** By method and layer. */
  readonly #layersOf = new Map<string, BatchLayer>();

  constructor(session: EditSession, plan: RunPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  /** @param batch edits of one method and layer; of a rank-one method a single one */
  async compute(batch: readonly Planned[], work: Work): Promise<ComputedEdit[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const { method, layer } = first;
    const edits = batch.map(({ edit }) => this.#asked(edit));
    if (isBatchName(method)) {
      refusePostNorm(this.#session, layer.layer);
      const [gathering, computing] = phases(work, [1, 2]);
      const layers = await this.#layers(layer.layer, method, gathering);
      const plan = { ...this.#plan, method: batchMethods[method], layers };
      return await computeBatch(this.#session, edits, plan, computing);
    }
    if (isFineTuneName(method)) return await this.#fineTuned(edits, { method, layer: layer.layer }, work);
    const { hyperparameters } = this.#plan;
    const session = this.#session;
    const known = await hasCovariance(session, layer.layer, hyperparameters, this.#plan, {
      signal: work.signal,
    });
    const [gathering, computing] = phases(work, [known ? 0 : 20, 10]);
    const covariance = await layerCovariance(session, layer.layer, hyperparameters, this.#plan, gathering);
    const computed: ComputedEdit[] = [];
    for (const edit of edits) {
      const plan = { ...this.#plan, ...edit, method, layer: layer.layer, covariance };
      computed.push(await computeEdit(session, edit.request, plan, computing));
    }
    return computed;
  }

  async #fineTuned(
    edits: readonly Required<BatchEdit>[],
    how: Pick<FineTunePlan, 'method' | 'layer'>,
    work: Work,
  ): Promise<ComputedEdit[]> {
    const computed: ComputedEdit[] = [];
    for (const { request, protect, onStep } of edits) {
      computed.push(await fineTune(this.#session, request, { ...this.#plan, ...how, protect, onStep }, work));
    }
    return computed;
  }

  #asked({ id, prompt, subject, target, probes }: Edit): Required<BatchEdit> {
    const request: EditRequest = { prompt, subject, target: target.new };
    return {
      id,
      request,
      protect: this.#plan.protect ? (probes?.sameSubject ?? []).map((probe) => probe.prompt) : [],
      onStep: (step: ValueStep) => this.#plan.onStep?.(id, step),
    };
  }

  async #layers(top: number, method: BatchName, work: Work): Promise<BatchLayer[]> {
    const { hyperparameters } = this.#plan;
    const session = this.#session;
    const numbers = layersEndingAt(
      session.files,
      top,
      spreadsOverLayers(method) ? hyperparameters.spread : 1,
    );
    const [gathering, finding] = phases(work, [1, 1]);
    await computeCovariances(session, numbers, hyperparameters, this.#plan, gathering);
    const layers: BatchLayer[] = [];
    for (const [index, layer] of numbers.entries()) {
      const own = parted(finding, index, numbers.length, `layer ${layer}`);
      const known = this.#layersOf.get(`${method} ${layer}`) ?? (await this.#layer(layer, method, own));
      this.#layersOf.set(`${method} ${layer}`, known);
      layers.push(known);
    }
    return layers;
  }

  async #layer(layer: number, method: BatchName, work: Work): Promise<BatchLayer> {
    const { hyperparameters } = this.#plan;
    const session = this.#session;
    const { signal } = work;
    const covariance = await layerCovariance(session, layer, hyperparameters, this.#plan, { signal });
    const nullSpace = batchMethods[method].needsNullSpace
      ? await layerNullSpace(session, layer, covariance, hyperparameters, this.#plan, work)
      : undefined;
    const memory = new GrowingGram(hyperparameters.l2 * covariance.meanSquare);
    return { layer, covariance, nullSpace, memory };
  }
}
