import { InputError } from '../../../src/engine/errors.ts';
import type { Row } from './row.ts';

/** The names under which a goal can be required, and how a row is read for it. */
const readings = {
  n: (row) => row.n,
  es: (row) => row.es?.value,
  ps: (row) => row.ps?.value,
  ns: (row) => row.ns?.value,
  s: (row) => row.s,
  generation: (row) => row.generation?.value,
  same: (row) => row.same?.value,
  sameGreedy: (row) => row.sameGreedy?.value,
} satisfies Record<string, (row: Row) => number | null | undefined>;

type GoalName = keyof typeof readings | 'knows';
export type Goals = ReadonlyMap<GoalName, number>;

const names: readonly GoalName[] = [...Object.keys(readings).filter(isReading), 'knows'];

/** Goals are lower bounds: `es=0.98,ps=0.92`. */
export function parseGoals(text: string): Goals {
  return new Map(
    text.split(',').map((goal) => {
      const [, given = '', value = ''] = /^(\w+)=([\d.]+)$/.exec(goal.trim()) ?? [];
      const name = names.find((known) => known === given);
      if (name === undefined) {
        throw new InputError(`"${goal}" is no goal like es=0.98; there are ${names.join(', ')}.`);
      }
      return [name, Number(value)];
    }),
  );
}

/**
 * The goals that are missed, in words. Rows of the unedited model are not held to any; what is asked of other facts of
 * the subject counts only where they are protected; what a file has no probes for is missed.
 */
export function missed(
  goals: Goals,
  rows: readonly (Row & { protected: boolean })[],
  knows: number | null,
): string[] {
  const faults: string[] = [];
  for (const [name, least] of goals) {
    if (name === 'knows') {
      if (!((knows ?? Number.NaN) >= least))
        faults.push(`the model knows ${knows} of its facts, not ${least}`);
      continue;
    }
    const held = name.startsWith('same') ? rows.filter((row) => row.protected) : rows;
    for (const row of held) {
      const value = readings[name](row) ?? Number.NaN;
      if (!(value >= least)) faults.push(`${row.method}: ${name} is ${value.toFixed(3)}, not ${least}`);
    }
    if (held.length === 0) faults.push(`${name} was not measured`);
  }
  return faults;
}

function isReading(name: string): name is keyof typeof readings {
  return name in readings;
}
