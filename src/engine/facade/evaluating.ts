import { createHash } from 'node:crypto';
import * as z from 'zod';
import { MeasuredEdit } from '../../protocol/editing.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import {
  EVALUATED,
  type Evaluated,
  type EvaluatedMethod,
  type EvaluatedName,
} from '../../protocol/evaluation.ts';
import { Drift } from '../../protocol/measures.ts';
import {
  type ComputedPatch,
  computePatch,
  type PatchOptions,
  type PlannedEdit,
} from '../editing/computePatch.ts';
import { InputError } from '../errors.ts';
import { inContext } from '../inspection/inContext.ts';
import { openJudge } from '../judging/judge.ts';
import { SAFETY_KINDS, type SafetyCase, safeEdit } from '../measures/safeEdit.ts';
import { parted, type Work } from '../progress.ts';
import { toolVersion } from '../version.ts';
import { chosenEdits } from './chosenEdits.ts';
import { Journal } from './journal.ts';
import type { LoadedModel } from './loadedModel.ts';
import { matchTokens, measureEdit, type Read } from './measureEdit.ts';
import { measurePatch } from './measurePatch.ts';
import { fluencyTokens, measureSummary } from './measureSummary.ts';
import { agreementOf, readSafety, safetyTokens } from './readSafety.ts';

const Side = z.object({
  safe: z.record(z.enum(SAFETY_KINDS), z.array(z.boolean()).readonly()),
  declined: z.array(z.boolean()).readonly(),
  texts: z.array(z.string()).readonly(),
});
const SafetyReading = z.object({ before: Side, after: Side, kept: z.array(z.number()).readonly() });

/** One patch that was computed and measured: an edit alone, or all of a method's together. */
const Entry = z.object({
  method: z.enum(EVALUATED),
  ids: z.array(z.string()).describe('The edits that were asked for.'),
  layers: z.array(z.int()),
  seconds: z.number(),
  stopped: z.string().nullable(),
  refused: z
    .string()
    .nullable()
    .describe('Why the method could not make this edit; it is measured unedited.'),
  read: z.array(z.object({ measured: MeasuredEdit, continuation: z.string(), target: z.string() })),
  safety: z.array(SafetyReading).describe('Of the safety edits among them.'),
  drift: Drift.nullable().describe('null where no weight was changed.'),
});
type Entry = z.infer<typeof Entry>;

/**
 * Computes and measures the same edits by several methods, each edit alone or all of a method together. Every
 * measurement goes into the journal at once; those that are there already are not made again.
 */
export async function evaluateMethods(
  loaded: LoadedModel,
  params: EngineParams['evaluate'],
  work: Work,
): Promise<Evaluated> {
  const { methods, number, layer, batch, protect, journal: file } = params;
  const together = params.together === true;
  const asked = { ...params.edits, edits: params.edits.edits.slice(0, number) };
  const plans = new Map<EvaluatedName, PlannedEdit[]>();
  for (const method of methods) {
    const known = method === 'ike' ? {} : { method, layer };
    plans.set(method, await chosenEdits(loaded, { edits: asked }, known, work));
  }
  const digest = await loaded.session.digest(work);
  const edits = createHash('sha256').update(JSON.stringify(params.edits)).digest('hex');
  const fluency = params.fluency === true;
  const task = {
    tool: toolVersion,
    digest,
    edits,
    together,
    layer,
    batch,
    protect: protect === true,
    fluency,
    judge: params.judge,
  };
  const judge = await openJudge(params.judge);
  const judging = { judge, others: asked.edits };
  const labels = await agreementOf(judge, asked.edits, work);
  const journal = await Journal.open(file, task, (value) => Entry.safeParse(value).data);
  const known = new Map(journal.entries.map((entry) => [nameOf(entry.method, entry.ids), entry]));
  const pieces = [...plans].flatMap(([method, planned]) =>
    (together && method !== 'ike' ? [planned] : planned.map((plan) => [plan])).map((piece) => ({
      method,
      piece,
    })),
  );
  const options = { layer, batch, protect };
  const tokens = fluency ? fluencyTokens : matchTokens;
  const entries: Entry[] = [];
  let resumed = 0;
  for (const [index, { method, piece }] of pieces.entries()) {
    const ids = piece.map(({ edit }) => edit.id);
    const before = known.get(nameOf(method, ids));
    if (before !== undefined) resumed++;
    const entry = before ?? (await measured(index, method, piece, ids));
    if (before === undefined) await journal.add(entry);
    entries.push(entry);
  }
  return {
    model: loaded.model.path,
    digest,
    tool: toolVersion,
    together,
    edits: asked.edits.length,
    resumed,
    methods: methods.map((method) =>
      rowOf(
        method,
        entries.filter((entry) => entry.method === method),
        tokens,
        { judge: judge.name, labels, tokens: safetyTokens },
      ),
    ),
  };

  async function measured(
    index: number,
    method: EvaluatedName,
    piece: PlannedEdit[],
    ids: string[],
  ): Promise<Entry> {
    const own = parted(work, index, pieces.length, method);
    const started = performance.now();
    if (method === 'ike') {
      const edits = piece.map(({ edit }) => edit);
      const read = await inContextReadings(loaded, edits, asked.edits, tokens, own);
      return {
        method,
        ids,
        layers: [],
        seconds: 0,
        stopped: null,
        refused: null,
        read,
        safety: [],
        drift: null,
      };
    }
    const computed = await computedOrRefused(loaded, piece, options, own);
    if (typeof computed === 'string') {
      const state = { on: [], driftKl: 0, edit: null };
      const read: Read[] = [];
      const safety: SafetyCase[] = [];
      for (const { edit } of piece) {
        read.push(await measureEdit(loaded, edit, state, tokens, own));
        safety.push(...[(await readSafety(loaded, edit, { ...judging, on: [] }, own)) ?? []].flat());
      }
      return {
        method,
        ids,
        layers: [],
        seconds: 0,
        stopped: null,
        refused: computed,
        read,
        safety,
        drift: null,
      };
    }
    const seconds = (performance.now() - started) / 1000;
    const { read, safety, drift } = await measurePatch(loaded, computed, tokens, own, judging);
    const stopped = computed.sequence?.stopped?.reason ?? null;
    return {
      method,
      ids,
      layers: layersOf(computed),
      seconds,
      stopped,
      refused: null,
      read: [...read],
      safety: [...safety],
      drift,
    };
  }
}

/** The patch, or why the method cannot make this one edit: a table of many must not end at one of them. */
async function computedOrRefused(
  loaded: LoadedModel,
  piece: readonly PlannedEdit[],
  options: PatchOptions,
  work: Work,
): Promise<ComputedPatch | string> {
  try {
    return await computePatch(loaded.session, piece, options, work);
  } catch (error) {
    if (error instanceof InputError && piece.length === 1) return error.message;
    throw error;
  }
}

/** Nothing is computed for an edit in context; its prompts are read with it before them. */
async function inContextReadings(
  loaded: LoadedModel,
  edits: readonly Edit[],
  others: readonly Edit[],
  tokens: number,
  work: Work,
): Promise<Read[]> {
  const read: Read[] = [];
  for (const edit of edits) {
    const state = { on: [], context: inContext(edit, others), driftKl: 0, edit: null };
    read.push(await measureEdit(loaded, edit, state, tokens, work));
  }
  return read;
}

const nameOf = (method: EvaluatedName, ids: readonly string[]) => JSON.stringify([method, ids]);

const layersOf = ({ contents }: ComputedPatch) =>
  [...new Set(contents.updates.map(({ layer }) => layer))].sort((a, b) => a - b);

function rowOf(
  method: EvaluatedName,
  entries: readonly Entry[],
  tokens: number,
  judged: Parameters<typeof safeEdit>[1],
): EvaluatedMethod {
  const timed = entries.flatMap(({ read, seconds }) =>
    read.map(({ measured }) => ({ measured, seconds: seconds / read.length })),
  );
  const seconds = timed.map((one) => one.seconds).sort((a, b) => a - b);
  return {
    method,
    layers: [...new Set(entries.flatMap(({ layers }) => layers))].sort((a, b) => a - b),
    secondsPerEdit: seconds[Math.floor(seconds.length / 2)] ?? 0,
    refused: entries.flatMap(({ ids: [id = ''], refused: reason }) =>
      reason === null ? [] : [{ id, reason }],
    ),
    stopped: entries.find(({ stopped }) => stopped !== null)?.stopped ?? null,
    summary: measureSummary(
      entries.flatMap(({ read }) => read),
      entries.flatMap(({ drift }) => drift ?? []),
      tokens,
    ),
    safety: safeEdit(
      entries.flatMap(({ safety }) => safety),
      judged,
    ),
    edits: timed.map(({ measured, seconds: own }) => {
      const { id, es, ps, ns, score, generationMatch, driftKl } = measured;
      return { id, es, ps, ns, score, generationMatch, driftKl, seconds: own };
    }),
  };
}
