import * as l10n from '@vscode/l10n';
import { magnitude, probability } from '../text/numbers.ts';
import { short } from '../text/visible.ts';
import type { MeasuredEdit } from './editing.ts';
import type { ProbeComparison, ReadingKind } from './probe.ts';

/** What an edit did, in a sentence; the same wherever an edit is told of. */
export interface Outcome {
  /** `well`: the answer is given, asked in every way, and nothing that was to stay has changed. */
  readonly level: 'well' | 'partly' | 'fails';
  readonly sentence: string;
}

/** Mean KL on control text, in nats a token, above which an edit has not left the rest of the model as it was. */
export const maxDrift = 0.1;

/**
 * "Works: Rome 97.8 %. 2 of 2 other facts of France changed, 0 of 3 neighbors; 1 of 5 paraphrases gives another answer."
 *
 * All is judged by the likeliest token at every place of an answer, which is what the model would say: that the new
 * answer is likelier than the true one, as CounterFact has it, does not make it the answer. What was not asked is not
 * well.
 */
export function outcomeOf(measured: MeasuredEdit): Outcome {
  const { probes, subject } = measured;
  const [own] = probes;
  if (own === undefined) return { level: 'fails', sentence: l10n.t('No prompt was measured.') };
  const of = (kind: ReadingKind) => probes.filter(({ probe }) => probe.kind === kind);
  const kept = keptFacts(of('sameSubject'), of('neighbourhood'), shown(subject));
  const said = [kept, paraphrases(of('paraphrase')), portability(of('portability'))].flatMap(
    (part) => part ?? [],
  );
  const [isLikeliest, isGenerated] = [likeliest(own) === true, measured.generationMatch];
  const works = isLikeliest && isGenerated;
  const warnings = otherWays(measured);
  const well = works && warnings.length === 0 && said.every(({ well: fine }) => fine);
  const rest = said.map(({ words }) => words).join('; ');
  return {
    level: well ? 'well' : isLikeliest || isGenerated ? 'partly' : 'fails',
    sentence: [head(own, works, measured), sentence(rest), ...warnings].join(' '),
  };
}

type Side = 'before' | 'after';

/**
 * Whether a probe comes out as hoped by the likeliest token at every place: the new answer is given; a neighbour's is
 * the true one, or what it was; another fact's what it was. Null for what is not judged.
 */
export function likeliest(comparison: ProbeComparison, side: Side = 'after'): boolean | null {
  const { probe, [side]: reading } = comparison;
  const unchanged = side === 'before' || comparison.agreement === 1;
  switch (probe.kind) {
    case 'efficacy':
    case 'paraphrase':
    case 'portability':
      return reading.new?.accuracy === 1;
    case 'neighbourhood':
      return unchanged || reading.true?.accuracy === 1;
    case 'sameSubject':
      return unchanged;
    case 'text':
      return null;
  }
}

/** Whether a probe holds by its protocol and by its likeliest tokens. Null for what is not judged. */
export function holds(comparison: ProbeComparison, side: Side = 'after'): boolean | null {
  const passes = side === 'before' ? comparison.passedBefore : comparison.passedAfter;
  return passes === null ? null : passes && likeliest(comparison, side) !== false;
}

/** A part of the sentence. */
interface Part {
  readonly words: string;
  readonly well: boolean;
}

function head({ probe, after }: ProbeComparison, works: boolean, measured: MeasuredEdit): string {
  const wanted = shown(probe.targetNew);
  const p = probability(after.new && Math.exp(-after.new.total));
  if (works) return l10n.t('Works: {0} {1}.', wanted, p);
  const [top] = after.top;
  const told =
    after.true?.accuracy === 1 && probe.targetTrue !== undefined
      ? `${shown(probe.targetTrue)} ${probability(Math.exp(-after.true.total))}`
      : `${shown(top?.token)} ${probability(top?.p)}`;
  if (after.new?.accuracy === 1) {
    return l10n.t('Works in part: {0} {1}, but the generated text gives another answer.', wanted, p);
  }
  return measured.generationMatch
    ? l10n.t('Works in part: {0} is generated, but the likeliest is {1}, {0} {2}.', wanted, told, p)
    : l10n.t('Does not work: {0}, {1} {2}.', told, wanted, p);
}

/** Other facts of the subject and neighbours: how many have changed. */
function keptFacts(
  same: readonly ProbeComparison[],
  near: readonly ProbeComparison[],
  subject: string,
): Part {
  const [others, neighbours] = [missedOf(same), missedOf(near)];
  const well = others + neighbours === 0 && near.length > 0;
  const facts =
    same.length === 0
      ? null
      : same.length === 1
        ? l10n.t('{0} of 1 other fact of {1} changed', others, subject)
        : l10n.t('{0} of {1} other facts of {2} changed', others, same.length, subject);
  const beside =
    near.length === 1
      ? l10n.t('{0} of 1 neighbor', neighbours)
      : l10n.t('{0} of {1} neighbors', neighbours, near.length);
  if (near.length === 0) {
    const none = l10n.t('no neighbors were measured');
    return { words: facts === null ? none : `${facts}, ${none}`, well: false };
  }
  return { words: facts === null ? l10n.t('{0} changed', beside) : `${facts}, ${beside}`, well };
}

function paraphrases(probes: readonly ProbeComparison[]): Part {
  const [missed, asked] = [missedOf(probes), probes.length];
  if (asked === 0) return { words: l10n.t('no paraphrases were measured'), well: false };
  const words =
    asked === 1
      ? l10n.t('{0} of 1 paraphrase gives another answer', missed)
      : missed === 1
        ? l10n.t('1 of {0} paraphrases gives another answer', asked)
        : l10n.t('{0} of {1} paraphrases give another answer', missed, asked);
  return { words, well: missed === 0 };
}

function portability(probes: readonly ProbeComparison[]): Part | undefined {
  const [missed, asked] = [missedOf(probes), probes.length];
  if (asked === 0) return undefined;
  const words =
    asked === 1
      ? l10n.t('{0} of 1 consequence does not follow', missed)
      : missed === 1
        ? l10n.t('1 of {0} consequences does not follow', asked)
        : l10n.t('{0} of {1} consequences do not follow', missed, asked);
  return { words, well: missed === 0 };
}

const missedOf = (probes: readonly ProbeComparison[]): number =>
  probes.filter((comparison) => likeliest(comparison) === false).length;

/** What is amiss beside the probes. */
function otherWays({ asChat, asText, driftKl, state }: MeasuredEdit): string[] {
  const warnings: string[] = [];
  if (asText === null && asChat?.generationMatch === false) warnings.push(l10n.t('Does not work as chat.'));
  if (asText?.generationMatch === false) warnings.push(l10n.t('Does not work as text.'));
  if (driftKl === null) warnings.push(l10n.t('Drift on other text was not measured.'));
  else if (driftKl > state.thresholds.driftKl) {
    warnings.push(l10n.t('Drifts by {0} nats on other text.', magnitude(driftKl)));
  }
  return warnings;
}

/** Text of a file or a model. */
const shown = (text: string | undefined): string => short((text ?? '').trim(), 40);

/** With a capital and a full stop. */
const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
