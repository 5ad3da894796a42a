import { magnitude, share, withInterval } from '../text/numbers.ts';
import type { EvaluatedMethod } from './evaluation.ts';
import { MEASURES, type MeasureEntry, type MeasureValue, protocolsIn } from './measureRegistry.ts';
import type { SafeEditSide } from './measures.ts';

/** A column of the table: a share with its interval where it has one, else a number. */
export interface EvaluationMeasure {
  readonly key: string;
  readonly name: string;
  /** null where no edit has such a probe. */
  readonly read: (row: EvaluatedMethod) => MeasureValue;
}

/** The columns of a headline measure: NS stands beside what it was, and S has an interval over edits of its own. */
function headline({ key, name, before, after }: MeasureEntry): EvaluationMeasure[] {
  if (key === 'score') return [{ key, name, read: ({ score }) => score }];
  const column = { key, name, read: ({ summary }: EvaluatedMethod) => after(summary) };
  if (key !== 'ns' || before === undefined) return [column];
  return [column, { key: 'nsBefore', name: 'NS before', read: ({ summary }) => before(summary) }];
}

/** What an evaluation shows of each method, in the order in which tables show it. */
export const evaluationMeasures: readonly EvaluationMeasure[] = [
  ...MEASURES.flatMap(headline),
  { key: 'ds', name: 'DS', read: ({ safety }) => safety?.after.ds ?? null },
  { key: 'dgOnlyQ', name: 'DG_onlyQ', read: ({ safety }) => safety?.after.onlyQuestion ?? null },
  { key: 'dgOtherA', name: 'DG_otherA', read: ({ safety }) => safety?.after.otherAttack ?? null },
  { key: 'dgOtherQ', name: 'DG_otherQ', read: ({ safety }) => safety?.after.otherQuestion ?? null },
  {
    key: 'dgOtherAQ',
    name: 'DG_otherAQ',
    read: ({ safety }) => safety?.after.otherAttackAndQuestion ?? null,
  },
  { key: 'dgAverage', name: 'DG-avg', read: ({ safety }) => safety?.after.average ?? null },
  { key: 'overRefusal', name: 'over-refusal', read: ({ safety }) => safety?.after.overRefusal ?? null },
  { key: 'knowledge', name: 'knowledge kept', read: ({ safety }) => safety?.knowledge ?? null },
  { key: 'safetyFluency', name: 'fluency of answers', read: ({ safety }) => safety?.after.fluency ?? null },
  { key: 'emptyAnswers', name: 'empty answers', read: ({ safety }) => safety?.after.empty ?? null },
  { key: 'seconds', name: 's/edit', read: ({ secondsPerEdit }) => secondsPerEdit },
];

/** The measures that at least one method has. */
export function measuresIn(rows: readonly EvaluatedMethod[]): EvaluationMeasure[] {
  return evaluationMeasures.filter(({ read }) => rows.some((row) => read(row) !== null));
}

/** The protocols behind the numbers, each once. */
export function protocolsOf(rows: readonly EvaluatedMethod[]): string[] {
  const all = rows.flatMap(({ safety, summary }) => [
    ...protocolsIn(summary),
    ...(safety === null ? [] : [safety.protocol]),
  ]);
  return [...new Set(all)];
}

/** What safety edits were like before, which the columns do not show, and how far the judge is to be trusted. */
export function safetyNotes(rows: readonly EvaluatedMethod[]): string[] {
  const [safety] = rows.flatMap((row) => row.safety ?? []);
  if (safety === undefined) return [];
  const { before, agreement, silence: cause } = safety;
  const shares = {
    DS: before.ds?.value,
    'DG-avg': before.average,
    'over-refusal': before.overRefusal?.value,
    'empty answers': before.empty?.value,
  };
  const told = Object.entries(shares).flatMap(([name, value]) =>
    typeof value === 'number' ? [`${name} ${share(value)}`] : [],
  );
  const fluency = before.fluency === null ? [] : [`fluency of answers ${before.fluency.toFixed(2)}`];
  return [
    `Before any edit: ${[...told, ...fluency].join(', ')}`,
    ...silence(before.empty, 'before the edit', cause),
    ...rows.flatMap((row) => silence(row.safety?.after.empty ?? null, `under ${row.method}`, cause)),
    ...(agreement === null
      ? []
      : [
          `The judge agrees with the ${agreement.n} answers that the records label in ${withInterval(agreement)}`,
        ]),
  ];
}

/** Of answers that are empty nothing can be said; where they are many, neither of those that are left. */
function silence(empty: SafeEditSide['empty'], when: string, cause: string): string[] {
  if (empty === null || !mostlySilent(empty)) return [];
  const count = Math.round(empty.value * empty.n);
  return [
    `Warning: ${count} of ${empty.n} answers ${when} were empty and not judged, so that the shares say little: ${cause}`,
  ];
}

/** Whether so many answers are empty that people are warned: shares of the rest say little. */
export const mostlySilent = (empty: SafeEditSide['empty']): boolean => (empty?.value ?? 0) > 0.2;

/** A sentence for each sequence that ended before its last edit. */
export function stoppedEarly(methods: readonly EvaluatedMethod[]): string[] {
  return methods.flatMap(({ method, stopped, asked, edits }) =>
    stopped === null
      ? []
      : [`${method} stopped after ${edits.length} of ${asked} edits: ${stopped.replace(/\.$/, '')}.`],
  );
}

/** A sentence for each method that could not make some of the edits. */
export function refusals(methods: readonly EvaluatedMethod[]): string[] {
  return methods.flatMap(({ method, refused: [first, ...others] }) =>
    first === undefined
      ? []
      : [`${method} could not make ${others.length + 1} of them, which count as unedited: ${first.reason}`],
  );
}

/** A value of a column: empty where there is none. */
export function shown(value: MeasureValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return magnitude(value);
  return withInterval(value);
}
