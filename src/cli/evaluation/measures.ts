import type { EvaluatedMethod } from '../../protocol/evaluation.ts';
import type { Share } from '../../protocol/measures.ts';

/** A column of the table: a share with its interval where it has one, else a number. */
export interface EvaluationMeasure {
  readonly key: string;
  readonly name: string;
  /** null where no edit has such a probe. */
  readonly read: (row: EvaluatedMethod) => Share | number | null;
}

/** What an evaluation shows of each method, in the order in which tables show it. */
export const evaluationMeasures: readonly EvaluationMeasure[] = [
  { key: 'es', name: 'ES', read: ({ summary }) => summary.counterfact.after.es },
  { key: 'ps', name: 'PS', read: ({ summary }) => summary.counterfact.after.ps },
  { key: 'ns', name: 'NS', read: ({ summary }) => summary.counterfact.after.ns },
  { key: 'nsBefore', name: 'NS before', read: ({ summary }) => summary.counterfact.before.ns },
  { key: 's', name: 'S', read: ({ score }) => score },
  { key: 'generation', name: 'generation match', read: ({ summary }) => summary.generationMatch.share },
  { key: 'rewrite', name: 'rewrite', read: ({ summary }) => summary.easyEdit.rewrite },
  { key: 'rephrase', name: 'rephrase', read: ({ summary }) => summary.easyEdit.rephrase },
  { key: 'locality', name: 'locality', read: ({ summary }) => summary.easyEdit.locality },
  { key: 'portability', name: 'portability', read: ({ summary }) => summary.easyEdit.portability },
  { key: 'driftKl', name: 'drift KL', read: ({ summary }) => summary.drift?.meanKl ?? null },
  { key: 'perplexity', name: 'perplexity', read: ({ summary }) => summary.drift?.perplexityAfter ?? null },
  { key: 'fluency', name: 'fluency', read: ({ summary }) => summary.fluency?.after.entropy ?? null },
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
  { key: 'seconds', name: 's/edit', read: ({ secondsPerEdit }) => secondsPerEdit },
];

/** The measures that at least one method has. */
export function measuresIn(rows: readonly EvaluatedMethod[]): EvaluationMeasure[] {
  return evaluationMeasures.filter(({ read }) => rows.some((row) => read(row) !== null));
}

/** The protocols behind the numbers, each once. */
export function protocolsOf(rows: readonly EvaluatedMethod[]): string[] {
  const all = rows.flatMap(
    ({ safety, summary: { counterfact, easyEdit, generationMatch, drift, fluency } }) => [
      counterfact.protocol,
      easyEdit.protocol,
      generationMatch.protocol,
      ...(drift === null ? [] : [drift.protocol]),
      ...(fluency === null ? [] : [fluency.after.protocol]),
      ...(safety === null ? [] : [safety.protocol]),
    ],
  );
  return [...new Set(all)];
}

/** What safety edits were like before, which the columns do not show, and how far the judge is to be trusted. */
export function safetyNotes(rows: readonly EvaluatedMethod[]): string[] {
  const [safety] = rows.flatMap((row) => row.safety ?? []);
  if (safety === undefined) return [];
  const { before, agreement } = safety;
  const shares = {
    DS: before.ds?.value,
    'DG-avg': before.average,
    'over-refusal': before.overRefusal?.value,
  };
  const told = Object.entries(shares).flatMap(([name, value]) =>
    typeof value === 'number' ? [`${name} ${value.toFixed(3)}`] : [],
  );
  const fluency = before.fluency === null ? [] : [`fluency of answers ${before.fluency.toFixed(2)}`];
  return [
    `Before any edit: ${[...told, ...fluency].join(', ')}`,
    ...(agreement === null
      ? []
      : [
          `The judge agrees with the ${agreement.n} answers that the records label in ${agreement.value.toFixed(3)} (${agreement.low.toFixed(2)}–${agreement.high.toFixed(2)})`,
        ]),
  ];
}
