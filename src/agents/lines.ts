import type { ProbeComparison, TokenProbability } from '../protocol/probe.ts';
import { shownPrompt } from '../protocol/promptWords.ts';
import { plural, probability } from '../text/numbers.ts';
import { quoted, short } from '../text/visible.ts';

/** Answers as a few lines: what does not fit is counted. Text of files and models stands in quotes. */

/** Lines, those of a list that is too long counted. */
export function listed(items: readonly string[], most: number, what: string): string[] {
  const more = items.length - most;
  return more > 0
    ? [...items.slice(0, most), `... and ${plural(more, `more ${what}`, `more ${what}s`)}`]
    : [...items];
}

export const joined = (...lines: readonly (string | null | undefined | readonly string[])[]): string =>
  lines.flatMap((line) => line ?? []).join('\n');

export const likeliest = (tokens: readonly TokenProbability[]): string =>
  tokens.map(({ token, p }) => `${quoted(token)} ${probability(p)}`).join(', ');

/** What a probe says before and after. */
export function changeOf({ probe, before, after }: ProbeComparison): string {
  const said = ({ top: [first] }: ProbeComparison['before']) =>
    first === undefined ? 'nothing' : `${quoted(first.token)} ${probability(first.p)}`;
  return `${probe.kind} "${short(shownPrompt(probe.prompt), 80)}": ${said(before)} -> ${said(after)}`;
}
