import type { MeasuredEdit } from '../protocol/editing.ts';
import { type Outcome, outcomeOf } from '../protocol/outcome.ts';
import { visible } from '../text/visible.ts';
import type { Style } from './style.ts';

const order: readonly Outcome['level'][] = ['fails', 'partly', 'well'];

/** What each edit did, in a sentence: what fails first. */
export function outcomeLines(edits: readonly MeasuredEdit[], { c }: Style): string {
  const told = edits.map((edit) => ({ id: edit.id, ...outcomeOf(edit) }));
  const marks = { fails: c.red('✗'), partly: c.yellow('◐'), well: c.green('✓') };
  return order
    .flatMap((level) => told.filter((outcome) => outcome.level === level))
    .map(({ id, level, sentence }) => `${marks[level]} ${c.bold(visible(id))}  ${sentence}\n`)
    .join('');
}
