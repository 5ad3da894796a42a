import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit, EditsFile } from '../../../protocol/edits.ts';
import { wordsOf } from '../../../protocol/promptWords.ts';
import { around } from '../../inspection/subject.ts';

/** A sentence and the words of it whose value is taken. */
export type Donor = NonNullable<Edit['donor']>;

/** Donors that are averaged at most. */
export const maxDonors = 5;

/**
 * Subjects of which an edits file says that they have the edit's new answer: of its own donor, of other edits before
 * they are edited, and of neighbours, whose subject is what the neighbour's prompt puts in place of the edit's. The same
 * prompt about another subject comes first.
 */
export function donorsIn(file: Pick<EditsFile, 'edits'>, edit: Edit): Donor[] {
  if (edit.donor !== undefined) return [edit.donor];
  const answer = edit.target.new.trim();
  const [before, after] = around(edit);
  const found = new Map<string, Donor>();
  for (const other of file.edits) {
    const { prompt, subject, target, probes } = other;
    if (target.true?.trim() === answer) found.set(wordsOf(prompt), { prompt, subject });
    const place = around(other);
    for (const neighbour of probes?.neighbourhood ?? []) {
      const name = neighbour.target?.trim() === answer ? inPlace(neighbour.prompt, place) : undefined;
      if (name !== undefined)
        found.set(wordsOf(neighbour.prompt), { prompt: neighbour.prompt, subject: name });
    }
  }
  const donors = [...found.values()].filter(({ subject }) => subject !== edit.subject);
  const alike = ({ prompt }: Donor) => Number(inPlace(prompt, [before, after]) !== undefined);
  const sorted = donors.toSorted((a, b) => alike(b) - alike(a));
  const best = sorted.filter((donor) => alike(donor) === alike(sorted[0] ?? donor));
  return best.slice(0, maxDonors);
}

/** The words between; undefined where the prompt is another. */
export function inPlace(prompt: Prompt, [before, after]: readonly [string, string]): string | undefined {
  const words = wordsOf(prompt);
  const length = words.length - before.length - after.length;
  if (length <= 0 || !words.startsWith(before) || !words.endsWith(after)) return undefined;
  return words.slice(before.length, before.length + length);
}
