import { METHODS, methodEntry } from '../../../src/protocol/methods.ts';
import type { Found } from '../record.ts';
import type { SubjectResult } from './quality.ts';

/** The rows of one model's quality, to be kept. */
export function qualityFound(name: string, { title, rows, known, measured }: SubjectResult): Found {
  const facts = new Set(measured.map(({ edit }) => edit.id)).size;
  return {
    name: `quality-${name}`,
    title: `${title}: ${facts} facts, each edited alone`,
    columns: [
      ...measureColumns,
      { key: 'same', title: 'other facts of the subject', digits: 3 },
      { key: 'sameGreedy', title: 'the same, greedy', digits: 3 },
      { key: 'known', title: 'facts answered greedily', digits: 4 },
      { key: 'facts', title: 'of' },
      { key: 'perplexity', title: 'perplexity of English prose', significant: 3 },
      secondsColumn,
    ],
    rows: rows.map(({ method, protected: isProtected, n: _, driftKl, ...cells }) => ({
      key: method === 'before' ? method : `${methodOf(method)}${isProtected ? '-protected' : ''}`,
      title:
        method === 'before' ? method : `${titleOf(method)}${isProtected ? ', other facts protected' : ''}`,
      cells: {
        ...cells,
        ...(driftKl !== null && method !== 'before' && { driftKl }),
        ...(method === 'before' && known !== null && { known: known.value, facts: known.n }),
      },
    })),
  };
}

/** The measures of CounterFact, as every table of edits has them. */
export const measureColumns = [
  { key: 'es', title: 'ES', digits: 3 },
  { key: 'ps', title: 'PS', digits: 3 },
  { key: 'ns', title: 'NS', digits: 3 },
  { key: 's', title: 'S', digits: 3 },
  { key: 'generation', title: 'generation match', digits: 3 },
  { key: 'driftKl', title: 'drift KL', digits: 2 },
] as const;

export const secondsColumn = { key: 'seconds', title: 'seconds an edit', significant: 2 } as const;

const methodOf = (label: string) => label.split(',')[0] ?? label;

function titleOf(label: string): string {
  const name = METHODS.find((method) => method === methodOf(label));
  return name === undefined ? label : methodEntry(name).title;
}
