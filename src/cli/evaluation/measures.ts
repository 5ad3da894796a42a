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
  { key: 'seconds', name: 's/edit', read: ({ secondsPerEdit }) => secondsPerEdit },
];

/** The measures that at least one method has. */
export function measuresIn(rows: readonly EvaluatedMethod[]): EvaluationMeasure[] {
  return evaluationMeasures.filter(({ read }) => rows.some((row) => read(row) !== null));
}

/** The protocols behind the numbers, each once. */
export function protocolsOf(rows: readonly EvaluatedMethod[]): string[] {
  const all = rows.flatMap(({ summary: { counterfact, easyEdit, generationMatch, drift, fluency } }) => [
    counterfact.protocol,
    easyEdit.protocol,
    generationMatch.protocol,
    ...(drift === null ? [] : [drift.protocol]),
    ...(fluency === null ? [] : [fluency.after.protocol]),
  ]);
  return [...new Set(all)];
}
