import { createHash } from 'node:crypto';
import type { Edit } from '../../../protocol/edits.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { Evaluated } from '../../../protocol/evaluation.ts';
import { type EvaluatedName, IN_CONTEXT, isOneOf } from '../../../protocol/methods.ts';
import { type ComputedPatch, computePatch } from '../../editing/computePatch.ts';
import { checkedWishes } from '../../editing/hyperparameters/wishes.ts';
import type { PatchOptions, PlannedEdit } from '../../editing/planEdits.ts';
import { InputError } from '../../errors.ts';
import { openJudge } from '../../judging/openJudge.ts';
import type { SafetyCase } from '../../measures/safeEdit.ts';
import { toolVersion } from '../../version.ts';
import { parted, type Work } from '../../work/progress.ts';
import { chosenEdits } from '../chosenEdits.ts';
import type { LoadedModel } from '../loadedModel.ts';
import { EvaluationEntry, evaluationRow } from './evaluationRow.ts';
import { fittingContext } from './fittingContext.ts';
import { Journal } from './journal.ts';
import { measureEdit, type Read } from './measureEdit.ts';
import { measurePatch } from './measurePatch.ts';
import { fluencyTokens } from './measureSummary.ts';
import { agreementOf, causeOfSilence, type Judging, readSafety, safetyTokens } from './readSafety.ts';
import { matchTokens } from './waysToAsk.ts';

/** A row of the table to be: what is computed and measured by one method, a piece at a time. */
interface Planned {
  readonly method: EvaluatedName;
  /** Edits in all. */
  readonly asked: number;
  /** The edits of each patch. */
  readonly pieces: readonly (readonly PlannedEdit[])[];
}

/**
 * Computes and measures the same edits by several methods, each edit alone or all of a method together. Every
 * measurement goes into the journal at once; those that are there already are not made again.
 */
export async function evaluateMethods(
  loaded: LoadedModel,
  params: EngineParams['evaluate'],
  work: Work,
): Promise<Evaluated> {
  const { model, session } = loaded;
  const planned = await plannedRows(loaded, params, work);
  const digest = await session.digest(work);
  const judge = await openJudge(params.judge, params.allowedCommand);
  const asked = params.edits.edits.slice(0, Math.max(...planned.map(({ asked: edits }) => edits)));
  const judged = {
    judge: judge.name,
    labels: await agreementOf(judge, asked, work),
    tokens: safetyTokens,
    silence: causeOfSilence(model, asked),
  };
  const judging = { judge, others: asked };
  const journal = await Journal.open(
    params.journal,
    taskOf(params, digest),
    (value) => EvaluationEntry.safeParse(value).data,
  );
  const known = new Map(journal.entries.map((entry) => [nameOf(entry), entry]));
  const tokens = params.fluency ? fluencyTokens : matchTokens;
  const total = planned.reduce((sum, { pieces }) => sum + pieces.length, 0);
  const rows: Evaluated['methods'] = [];
  let [done, resumed] = [0, 0];
  for (const { method, asked: number, pieces } of planned) {
    const entries: EvaluationEntry[] = [];
    for (const piece of pieces) {
      const own = parted(work, done++, total, method);
      const before = known.get(nameOf({ method, ids: idsOf(piece) }));
      const entry = before ?? (await measured(loaded, params, { method, piece, tokens, judging }, own));
      if (before === undefined) await journal.add(entry);
      else resumed++;
      entries.push(entry);
    }
    rows.push(evaluationRow(method, number, entries, { tokens, judged }));
  }
  return {
    model: model.path,
    digest,
    tool: toolVersion,
    together: params.together === true,
    edits: asked.length,
    resumed,
    methods: rows,
  };
}

/** @throws InputError for more edits than there are */
async function plannedRows(
  loaded: LoadedModel,
  params: EngineParams['evaluate'],
  work: Work,
): Promise<Planned[]> {
  const { edits: file, methods, layer, together, preset } = params;
  const all = file.edits.length;
  const numbers = params.numbers ?? [all];
  const tooMany = numbers.find((number) => number > all);
  if (tooMany !== undefined) throw new InputError(`There are ${all} edits in the file, not ${tooMany}.`);
  const editing = methods.filter((method) => !isOneOf(IN_CONTEXT, method));
  const hyperparameters = checkedWishes(params.hyperparameters ?? {}, editing);
  const rows: Planned[] = [];
  for (const method of methods) {
    const options = isOneOf(IN_CONTEXT, method) ? {} : { method, layer, preset, hyperparameters };
    const planned = await chosenEdits(loaded, { edits: file }, options, work);
    for (const number of numbers) {
      const some = planned.slice(0, number);
      rows.push({
        method,
        asked: some.length,
        pieces: together && !isOneOf(IN_CONTEXT, method) ? [some] : some.map((plan) => [plan]),
      });
    }
  }
  return rows;
}

/** What a journal's measurements must have in common. */
const taskOf = (
  {
    edits,
    together,
    layer,
    batch,
    protect,
    preset,
    hyperparameters,
    fluency,
    drift,
    judge,
  }: EngineParams['evaluate'],
  digest: string,
) => ({
  tool: toolVersion,
  digest,
  edits: createHash('sha256').update(JSON.stringify(edits)).digest('hex'),
  together: together === true,
  layer,
  batch,
  protect: protect === true,
  preset: preset ?? 'default',
  hyperparameters,
  fluency: fluency === true,
  drift: drift !== false,
  judge,
});

const idsOf = (piece: readonly PlannedEdit[]) => piece.map(({ edit }) => edit.id);

const nameOf = ({ method, ids }: Pick<EvaluationEntry, 'method' | 'ids'>) => JSON.stringify([method, ids]);

interface Measuring {
  readonly method: EvaluatedName;
  readonly piece: readonly PlannedEdit[];
  /** How many are generated from each edit's prompt. */
  readonly tokens: number;
  readonly judging: Judging;
}

async function measured(
  loaded: LoadedModel,
  { edits: { edits: all }, layer, batch, protect, drift: drifts = true }: EngineParams['evaluate'],
  { method, piece, tokens, judging }: Measuring,
  work: Work,
): Promise<EvaluationEntry> {
  const entry = {
    method,
    ids: idsOf(piece),
    layers: [],
    sequence: null,
    refused: null,
    safety: [],
    drift: null,
  };
  if (isOneOf(IN_CONTEXT, method)) {
    const others = method === 'ike' ? all : [];
    return { ...entry, read: await inContextReadings(loaded, piece, others, tokens, work) };
  }
  const computed = await computedOrRefused(loaded, piece, { layer, batch, protect }, work);
  if (typeof computed === 'string') {
    return { ...entry, refused: computed, ...(await unedited(loaded, piece, tokens, judging, work)) };
  }
  const found = await measurePatch(loaded, computed, { tokens, drifts, judging }, work);
  return {
    ...entry,
    layers: layersOf(computed),
    sequence: computed.sequence,
    read: [...found.read],
    safety: [...found.safety],
    drift: found.drift,
  };
}

/** The patch, or why the method cannot make it: a table of many must not end at one of them. */
async function computedOrRefused(
  loaded: LoadedModel,
  piece: readonly PlannedEdit[],
  options: PatchOptions,
  work: Work,
): Promise<ComputedPatch | string> {
  try {
    return await computePatch(loaded.session, piece, options, work);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** What stands in the place of edits that were refused. */
async function unedited(
  loaded: LoadedModel,
  piece: readonly PlannedEdit[],
  tokens: number,
  judging: Judging,
  work: Work,
): Promise<Pick<EvaluationEntry, 'read' | 'safety'>> {
  const read: Read[] = [];
  const safety: SafetyCase[] = [];
  for (const { edit } of piece) {
    read.push(await measureEdit(loaded, edit, { on: [], patches: [], driftKl: 0, edit: null }, tokens, work));
    const judged = await readSafety(loaded, edit, { ...judging, on: [] }, work);
    if (judged !== undefined) safety.push(judged);
  }
  return { read, safety };
}

/** Nothing is computed for an edit in context; its prompts are read with it before them. */
async function inContextReadings(
  loaded: LoadedModel,
  piece: readonly PlannedEdit[],
  others: readonly Edit[],
  tokens: number,
  work: Work,
): Promise<Read[]> {
  const read: Read[] = [];
  for (const { edit } of piece) {
    const state = {
      on: [],
      patches: [],
      context: fittingContext(loaded, edit, others, tokens),
      driftKl: null,
      edit: null,
    };
    read.push(await measureEdit(loaded, edit, state, tokens, work));
  }
  return read;
}

const layersOf = ({ contents }: ComputedPatch) =>
  [...new Set(contents.updates.map(({ layer }) => layer))].sort((a, b) => a - b);
