import { reviewModels } from '../../../src/engine/review/review.ts';
import type { Reviewed } from '../../../src/protocol/review.ts';
import type { Case } from './cases.ts';
import type { Checkpoints } from './checkpoint.ts';
import { rate, table } from './rates.ts';

export interface Judged {
  readonly case: Case;
  readonly verdict: Reviewed['verdict'];
}

/** Reviews every case without being told what it is. @param how whether names are asked for */
export async function judge(
  checkpoints: Checkpoints,
  cases: readonly Case[],
  how: { readonly trace: boolean },
  threads: number,
  progress: (done: number) => void,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const one of cases) {
    const candidate = await checkpoints.write(one.candidate);
    const base = await checkpoints.base(one.base);
    const { verdict } = await reviewModels(base, candidate, how, threads);
    judged.push({ case: one, verdict });
    progress(judged.length);
  }
  return judged;
}

/** One row a group: called edited, and named rightly. */
export function detectionTable(judged: readonly Judged[]): string {
  const groups = [...new Set(judged.map((one) => one.case.group))];
  const rows = groups.map((group) => {
    const own = judged.filter((one) => one.case.group === group);
    const [first] = own;
    const others = own.filter((one) => !one.case.right.includes(one.verdict)).map(({ verdict }) => verdict);
    return [
      group,
      first?.case.edited ? 'edited' : 'harmless',
      rate(own.map(({ verdict }) => verdict === 'edited')),
      rate(own.map((one) => one.case.right.includes(one.verdict))),
      [...new Set(others)].join(', '),
    ];
  });
  return table(['case', 'is', 'called edited', 'named rightly', 'else called'], rows);
}

/** All positives and all negatives together. */
export function summary(judged: readonly Judged[]): string {
  const of = (edited: boolean) =>
    rate(judged.filter((one) => one.case.edited === edited).map(({ verdict }) => verdict === 'edited'));
  return `Edited ones called edited: ${of(true)}. Harmless ones called edited: ${of(false)}.`;
}
