import { realpath } from 'node:fs/promises';
import type { EngineParams } from '../protocol/engine.ts';
import type { Applied, AppliedPatch } from '../protocol/model.ts';
import { switchedOff, switchedOn } from './facade/appliedPatches.ts';
import { attributeAnswer } from './facade/attributing.ts';
import { bakeModel } from './facade/baking.ts';
import { traceCauses } from './facade/causalTracing.ts';
import { problemsWith } from './facade/checking.ts';
import { defend, learnDefence } from './facade/contextDefence.ts';
import { editModel } from './facade/editing.ts';
import { fromHeaders } from './facade/fromHeaders.ts';
import { LoadedModel, type Resources } from './facade/loadedModel.ts';
import { evaluateMethods } from './facade/measuring/evaluating.ts';
import { measureSafety } from './facade/measuring/measureSafety.ts';
import { measureEdits } from './facade/measuring/measuring.ts';
import { modelFile } from './facade/modelFile.ts';
import * as reading from './facade/reading.ts';
import { redteamModel } from './facade/redteam/redteaming.ts';
import { resistEdits } from './facade/redteam/resisting.ts';
import { reproducePatch } from './facade/reproducing.ts';
import { buildModule } from './facade/servers/buildModule.ts';
import { serveDevices } from './facade/servers/serveDevices.ts';
import { Vocabularies } from './facade/vocabularies.ts';
import { fileError } from './files/fileErrors.ts';
import { tokenSpans } from './inspection/tokenSpans.ts';
import { recordModel } from './provenance/record/modelRecord.ts';
import { signModel } from './provenance/sign.ts';
import { verifyModel } from './provenance/verify.ts';
import { inspectAdapter } from './review/adapter/inspectAdapter.ts';
import { inspectModel } from './review/inspect.ts';
import { reviewModels } from './review/review.ts';
import { tensorDetail } from './review/tensors/tensorDetail.ts';
import { tensorWindow } from './review/tensors/tensorWindow.ts';
import type { EngineApi, EngineWork } from './work/engineApi.ts';
import { phases, type Work } from './work/progress.ts';
import { Queue } from './work/queue.ts';

/**
 * The engine in this process, which is the child of the command line or of the editor. A model is loaded when
 * it is first needed and stays until it is closed. Heavy work runs one piece at a time, in the order of the calls.
 *
 * Every method throws `InputError`, `EngineError` or `CancelledError`, each with one sentence for people.
 */
export class Engine implements EngineApi, Disposable {
  readonly info = fromHeaders.info;
  readonly targets = fromHeaders.targets;
  readonly fileHistory = fromHeaders.fileHistory;
  readonly patchInfo = fromHeaders.patchInfo;
  readonly importRecords = fromHeaders.importRecords;
  readonly #options: Resources;
  readonly #models = new Map<string, LoadedModel>();
  readonly #queue = new Queue();
  readonly #vocabularies = new Vocabularies();

  constructor(options: Resources = {}) {
    this.#options = options;
  }

  async tokenize({ model, text }: EngineParams['tokenize'], work: Work = {}) {
    const file = await existing(await modelFile(model, work));
    const tokens = await this.#vocabularies.with(file, (head) => tokenSpans(head, text));
    return { tokens };
  }

  async checkEdits({ model, edits }: EngineParams['checkEdits'], work: Work = {}) {
    const file = await existing(await modelFile(model, work));
    return { problems: await problemsWith(this.#vocabularies, file, { edits }, work) };
  }

  load({ model }: EngineParams['load'], work: Work = {}) {
    return this.#on(model, work, async (loaded) => loaded.describe());
  }

  close({ model }: EngineParams['close'], work: Work = {}): Promise<Applied> {
    return this.#queue.run(async () => {
      const file = await existing(await modelFile(model, work));
      this.#models.get(file)?.dispose();
      this.#models.delete(file);
      this.#vocabularies.close(file);
      return { model: file, applied: [] };
    }, work);
  }

  edit(params: EngineParams['edit'], work: EngineWork<'edit'> = {}) {
    const { model, memory } = params;
    return this.#on(model, work, (loaded, own) => editModel(loaded, params, own), memory);
  }

  measure(params: EngineParams['measure'], work: EngineWork<'measure'> = {}) {
    const { model, memory } = params;
    return this.#on(model, work, (loaded, own) => measureEdits(loaded, params, own), memory);
  }

  evaluate(params: EngineParams['evaluate'], work: Work = {}) {
    return this.#on(params.model, work, (loaded) => evaluateMethods(loaded, params, work));
  }

  probe(params: EngineParams['probe'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.probe(loaded, params, own));
  }

  logits(params: EngineParams['logits'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.logits(loaded, params, own));
  }

  activations(params: EngineParams['activations'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.activations(loaded, params, own));
  }

  neurons(params: EngineParams['neurons'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.neurons(loaded, params, own));
  }

  attention(params: EngineParams['attention'], work: Work = {}) {
    return this.#on(params.model, work, (loaded) => reading.attention(loaded, params, work));
  }

  lens(params: EngineParams['lens'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.lens(loaded, params, own));
  }

  trace(params: EngineParams['trace'], work: Work = {}) {
    return this.#on(params.model, work, (loaded) => traceCauses(loaded, params, work));
  }

  attribute(params: EngineParams['attribute'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => attributeAnswer(loaded, params, own));
  }

  learnDefence(params: EngineParams['learnDefence'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => learnDefence(loaded, params, own));
  }

  defend(params: EngineParams['defend'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => defend(loaded, params, own));
  }

  generate(params: EngineParams['generate'], work: EngineWork<'generate'> = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.continuation(loaded, params, own));
  }

  proposeNeighbours(params: EngineParams['proposeNeighbours'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.neighbours(loaded, params, own));
  }

  proposeParaphrases(params: EngineParams['proposeParaphrases'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reading.paraphrases(loaded, params, own));
  }

  reproduce(params: EngineParams['reproduce'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => reproducePatch(loaded, params, own));
  }

  bake(params: EngineParams['bake'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => bakeModel(loaded, params, own));
  }

  /** Loads what it needs for as long as it needs it: the models may be larger than what stays in memory. */
  review({ base, candidate, ...options }: EngineParams['review'], work: EngineWork<'review'> = {}) {
    return this.#queue.run(() => reviewModels(base, candidate, options, this.#options.threads, work), work);
  }

  inspect({ candidate, ...options }: EngineParams['inspect'], work: EngineWork<'inspect'> = {}) {
    return this.#queue.run(() => inspectModel(candidate, options, this.#options.threads, work), work);
  }

  inspectAdapter({ adapter }: EngineParams['inspectAdapter'], work: Work = {}) {
    return this.#queue.run(() => inspectAdapter(adapter, this.#options.threads, work), work);
  }

  safety(params: EngineParams['safety'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => measureSafety(loaded, params, own));
  }

  tensorDetail(params: EngineParams['tensorDetail'], work: Work = {}) {
    return this.#queue.run(() => tensorDetail(params, work), work);
  }

  /** A few rows: no other work is waited for. */
  tensorWindow(params: EngineParams['tensorWindow'], work: Work = {}) {
    return tensorWindow(params, work);
  }

  redteam(params: EngineParams['redteam'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => redteamModel(loaded, params, own));
  }

  resist(params: EngineParams['resist'], work: Work = {}) {
    return this.#on(params.model, work, (loaded, own) => resistEdits(loaded, params, own));
  }

  sign(params: EngineParams['sign'], work: Work = {}) {
    return this.#queue.run(() => signModel(params, work), work);
  }

  record(params: EngineParams['record'], work: Work = {}) {
    return this.#queue.run(() => recordModel(params, work), work);
  }

  verify(params: EngineParams['verify'], work: Work = {}) {
    return this.#queue.run(() => verifyModel(params, work), work);
  }

  rpcBuild(params: EngineParams['rpcBuild'], work: Work = {}) {
    return buildModule(params, work);
  }

  rpcServe(params: EngineParams['rpcServe'], work: EngineWork<'rpcServe'> = {}) {
    return serveDevices(params, work);
  }

  /** Either all of the patches are on afterwards, or what was on before. */
  apply({ model, patches }: EngineParams['apply'], work: Work = {}): Promise<Applied> {
    return this.#on(model, work, async (loaded) => {
      await loaded.adapters(patches, work);
      loaded.applied = switchedOn(loaded.applied, patches);
      return state(loaded);
    });
  }

  revert({ model, patch }: EngineParams['revert'], work: Work = {}): Promise<Applied> {
    return this.#on(model, work, async (loaded) => {
      loaded.applied = patch === undefined ? [] : switchedOff(loaded.applied, patch);
      return state(loaded);
    });
  }

  [Symbol.dispose](): void {
    for (const loaded of this.#models.values()) loaded.dispose();
    this.#models.clear();
    this.#vocabularies[Symbol.dispose]();
  }

  /**
   * Runs `task` on the model in its turn, and loads it first if need be.
   *
   * @param memory bytes that a model that is loaded for this may take
   */
  #on<T, W extends Work>(
    name: string,
    work: W,
    task: (loaded: LoadedModel, work: W) => Promise<T>,
    memory?: number,
  ): Promise<T> {
    return this.#queue.run(async () => {
      const [downloading, loading, doing] = phases(work, [1, 1, 8]);
      const file = await existing(await modelFile(name, downloading));
      const known = this.#models.get(file);
      const loaded =
        known ??
        (await LoadedModel.load(
          file,
          { ...this.#options, ...(memory !== undefined && { memory }) },
          loading,
        ));
      this.#models.set(file, loaded);
      return await task(loaded, known === undefined ? doing : work);
    }, work);
  }
}

function state({ model, applied }: LoadedModel): Applied {
  const patches: AppliedPatch[] = [...applied];
  return { model: model.path, applied: patches };
}

/** One name for one file, whatever links lead to it. */
async function existing(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    throw fileError(file, error);
  }
}
