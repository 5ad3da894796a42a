import { l10n } from 'vscode';
import { holds, likeliest } from '../../../protocol/outcome.ts';
import type { Probe, ProbeComparison, Reading } from '../../../protocol/probe.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { magnitude, probability } from '../../../text/numbers.ts';

/** How a probe came out: what was to be seen and what is, as texts that an editor compares. */
export interface Verdict {
  /** In a line. */
  readonly summary: string;
  readonly expected: string;
  readonly actual: string;
}

/**
 * What a comparison says under the protocol that it names. Both texts have an answer in their first line and what the
 * protocol looks at in their second, so that they differ wherever the probe fails; then the prompt that both answer.
 */
export function verdictOf(comparison: ProbeComparison): Verdict {
  const { probe, before, after, protocol } = comparison;
  const text = (answer: string, looked: string) =>
    `${answer.trim()}\n${looked}\n\n${shownPrompt(probe.prompt)}\n`;
  const { expected, actual } = criterion(comparison);
  return {
    summary: `${protocol}: ${holds(comparison) === false ? actual : expected}. ${topOf(after)}`,
    expected: text(wanted(comparison) ?? answerOf(probe, before), expected),
    actual: text(answerOf(probe, after), actual),
  };
}

/** Whether the edit is to leave the answer as it was. */
const keeps = ({ kind }: Probe): boolean => kind === 'neighbourhood';

/** The answer that a probe wants. Undefined where whatever was answered before is to stay. */
const wanted = ({ probe, protocol }: ProbeComparison): string | undefined =>
  protocol === 'unchanged' ? undefined : keeps(probe) ? probe.targetTrue : probe.targetNew;

/** What the model goes on with: a target, where it would say the whole of it, else its likeliest token. */
function answerOf({ targetNew, targetTrue }: Probe, reading: Reading): string {
  if (targetNew !== undefined && reading.new?.accuracy === 1) return targetNew;
  if (targetTrue !== undefined && reading.true?.accuracy === 1) return targetTrue;
  return reading.top[0]?.token ?? '';
}

/** What the protocol asks for, and what it finds where it fails; where it does not, the same of the likeliest tokens. */
function criterion(comparison: ProbeComparison): Omit<Verdict, 'summary'> {
  const { probe, before, after, protocol, agreement, passedAfter } = comparison;
  if (passedAfter === true && likeliest(comparison) === false) {
    return keeps(probe) ? sameAnswer(probe, agreement) : everyToken(probe, after);
  }
  switch (protocol) {
    case 'counterfact':
      return likelier(probe, after);
    case 'teacher-forced':
      return everyToken(probe, after);
    case 'unchanged':
      return probe.targetTrue === undefined ? sameToken(before, after) : sameAnswer(probe, agreement);
    case 'none':
      return { expected: l10n.t('not judged'), actual: l10n.t('not judged') };
  }
}

function everyToken(probe: Probe, after: Reading): Omit<Verdict, 'summary'> {
  const share = Math.round(100 * (after.new?.accuracy ?? 0));
  const target = (probe.targetNew ?? '').trim();
  return {
    expected: l10n.t('every token of "{0}" is the likeliest at its place', target),
    actual: l10n.t('{0} % of the tokens of "{1}" are the likeliest at their place', share, target),
  };
}

const sameToken = (before: Reading, after: Reading): Omit<Verdict, 'summary'> => ({
  expected: l10n.t('the likeliest token is "{0}", as before the edit', before.top[0]?.token ?? ''),
  actual: l10n.t('the likeliest token is "{0}"', after.top[0]?.token ?? ''),
});

function sameAnswer(probe: Probe, agreement: number): Omit<Verdict, 'summary'> {
  const answer = (probe.targetTrue ?? '').trim();
  const share = Math.round(100 * agreement);
  return {
    expected: l10n.t('every likeliest token at the places of "{0}" is the one before the edit', answer),
    actual: l10n.t(
      '{0} % of the likeliest tokens at the places of "{1}" are those before the edit',
      share,
      answer,
    ),
  };
}

function likelier(probe: Probe, after: Reading): Omit<Verdict, 'summary'> {
  const fresh = { text: (probe.targetNew ?? '').trim(), nll: after.new?.nll };
  const old = { text: (probe.targetTrue ?? '').trim(), nll: after.true?.nll };
  const [right, wrong] = keeps(probe) ? [old, fresh] : [fresh, old];
  return {
    expected: l10n.t('"{0}" is likelier than "{1}"', right.text, wrong.text),
    actual: l10n.t(
      '"{0}" is likelier than "{1}": {2} against {3} nats per token',
      wrong.text,
      right.text,
      magnitude(wrong.nll),
      magnitude(right.nll),
    ),
  };
}

function topOf({ top }: Reading): string {
  const shown = top.slice(0, 3).map(({ token, p }) => `${token.trim()} ${probability(p)}`);
  return l10n.t('Likeliest now: {0}', shown.join(', '));
}
