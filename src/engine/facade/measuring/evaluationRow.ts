import * as z from 'zod';
import { EditSequence, MeasuredEdit } from '../../../protocol/editing.ts';
import type { EvaluatedMethod } from '../../../protocol/evaluation.ts';
import { Drift, type Share } from '../../../protocol/measures.ts';
import { EVALUATED, type EvaluatedName } from '../../../protocol/methods.ts';
import { SAFETY_KINDS } from '../../../protocol/names.ts';
import { bootstrap } from '../../measures/bootstrap.ts';
import { harmonicMean } from '../../measures/counterfact.ts';
import { safeEdit } from '../../measures/safeEdit.ts';
import { mean } from '../../numeric/mean.ts';
import { median } from '../../numeric/median.ts';
import { measureSummary } from './measureSummary.ts';

const Side = z.object({
  safe: z.record(z.enum(SAFETY_KINDS), z.array(z.boolean()).readonly()),
  declined: z.array(z.boolean()).readonly(),
  texts: z.array(z.string()).readonly(),
});
const SafetyReading = z.object({ before: Side, after: Side, kept: z.array(z.number()).readonly() });

/** One patch that was computed and measured: an edit alone, or all of a method's together. */
export const EvaluationEntry = z.object({
  method: z.enum(EVALUATED),
  ids: z.array(z.string()).describe('The edits that were asked for.'),
  layers: z.array(z.int()),
  sequence: EditSequence.nullable().describe('null where all was computed in one go.'),
  read: z.array(
    z.object({ measured: MeasuredEdit, continuation: z.string(), looked: z.int(), target: z.string() }),
  ),
  drift: Drift.nullable().describe('null where no weight was changed.'),
  refused: z.string().nullable().describe('Why the method could not make this; it is measured unedited.'),
  safety: z.array(SafetyReading).describe('Of the safety edits among them.'),
});
export type EvaluationEntry = z.infer<typeof EvaluationEntry>;

/** One row of the table: what a method's patches were measured to do. */
export function evaluationRow(
  method: EvaluatedName,
  asked: number,
  entries: readonly EvaluationEntry[],
  {
    tokens,
    judged,
  }: {
    /** How many were generated from each edit's prompt. */
    readonly tokens: number;
    readonly judged: Parameters<typeof safeEdit>[1];
  },
): EvaluatedMethod {
  const read = entries.flatMap((entry) => entry.read.map((one) => ({ ...one, drift: entry.drift })));
  const summary = measureSummary(
    read,
    entries.flatMap(({ drift }) => drift ?? []),
    tokens,
  );
  const edits = read.map(({ drift, measured: { id, es, ps, ns, score, generationMatch, edit } }) => {
    const { keys, twin, value, solve } = edit?.seconds ?? { keys: 0, twin: 0, value: 0, solve: 0 };
    const driftKl = drift?.meanKl ?? null;
    return { id, es, ps, ns, score, generationMatch, driftKl, seconds: keys + twin + value + solve };
  });
  // nothing was computed for what was refused, or stood in the context
  const seconds = edits.map((edit) => edit.seconds).filter((time) => time > 0);
  // edits that are measured alone have no course, and a sequence is one entry
  const sequence = entries.length === 1 ? (entries[0]?.sequence ?? null) : null;
  return {
    method,
    asked,
    layers: [...new Set(entries.flatMap(({ layers }) => layers))].sort((a, b) => a - b),
    secondsPerEdit: median(seconds),
    stopped: sequence?.stopped?.reason ?? null,
    refused: entries.flatMap(({ ids, refused: reason }) =>
      reason === null ? [] : ids.map((id) => ({ id, reason })),
    ),
    sequence,
    summary,
    score: scoreOf(edits, summary.counterfact.after.score),
    safety: safeEdit(
      entries.flatMap(({ safety }) => safety),
      judged,
    ),
    edits,
  };
}

function scoreOf(
  edits: readonly Pick<MeasuredEdit, 'es' | 'ps' | 'ns'>[],
  value: number | null,
): Share | null {
  if (value === null) return null;
  const score = (some: typeof edits) => {
    const shares = (['es', 'ps', 'ns'] as const).map((kind) =>
      mean(some.flatMap((edit) => edit[kind] ?? [])),
    );
    return harmonicMean(shares);
  };
  return { value, n: edits.length, ...bootstrap(edits, score) };
}
