import type { Edit, Method } from '../../protocol/edits.ts';
import type { Work } from '../progress.ts';
import { type CovarianceSource, computeCovariances, layerCovariance } from './covarianceCache.ts';
import { type ComputedEdit, computeEdit } from './edit.ts';
import { type BatchEdit, type BatchLayer, computeBatch } from './editBatch.ts';
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

/** Computes the edits of one patch, batch after batch, and remembers the keys of earlier batches. */
export class EditRun {
  readonly #session: EditSession;
  readonly #plan: RunPlan;
  /** By layer. */
  readonly #earlier = new Map<number, Float64Array[]>();

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
      const layers = await this.#layers(layer.layer, method, work);
      const plan = { ...this.#plan, method: batchMethods[method], layers };
      return await computeBatch(this.#session, edits, plan, work);
    }
    if (isFineTuneName(method)) return await this.#fineTuned(edits, { method, layer: layer.layer }, work);
    const covariance = await layerCovariance(
      this.#session,
      layer.layer,
      this.#plan.hyperparameters,
      this.#plan,
      work,
    );
    const computed: ComputedEdit[] = [];
    for (const edit of edits) {
      const plan = { ...this.#plan, ...edit, method, layer: layer.layer, covariance };
      computed.push(await computeEdit(this.#session, edit.request, plan, work));
    }
    return computed;
  }

  async #fineTuned(
    edits: readonly Required<BatchEdit>[],
    how: Pick<FineTunePlan, 'method' | 'layer'>,
    work: Work,
  ): Promise<ComputedEdit[]> {
    const computed: ComputedEdit[] = [];
    for (const { request, onStep } of edits) {
      computed.push(await fineTune(this.#session, request, { ...this.#plan, ...how, onStep }, work));
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
    await computeCovariances(session, numbers, hyperparameters, this.#plan, work);
    const layers: BatchLayer[] = [];
    for (const layer of numbers) {
      const covariance = await layerCovariance(session, layer, hyperparameters, this.#plan, work);
      const nullSpace = batchMethods[method].needsNullSpace
        ? await layerNullSpace(session, layer, covariance, hyperparameters, this.#plan, work)
        : undefined;
      const earlier = this.#earlier.get(layer) ?? [];
      this.#earlier.set(layer, earlier);
      layers.push({ layer, covariance, nullSpace, earlier });
    }
    return layers;
  }
}
