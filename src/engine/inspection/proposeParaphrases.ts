import type { Edit } from '../../protocol/edits.ts';
import type { ParaphraseProposal } from '../../protocol/probe.ts';
import { withWords, wordsOf } from '../../protocol/promptWords.ts';
import { InputError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { generate } from './generate.ts';
import type { ProbeContext } from './probeContext.ts';
import { type ScoringRequest, score } from './scoring.ts';
import { promptTokens } from './targetTokens.ts';
import { wordings } from './wordings.ts';

/** A rewording, and the unrelated sentence that stands before it; none is "". */
interface Candidate {
  readonly wording: string;
  readonly lead: string;
}

/** Words that a sentence of the model's own begins with; it writes on from them. */
const openings = [
  'The weather was',
  'Yesterday, we',
  'In the morning,',
  'My friend',
  'Last year, the',
  'After that,',
];
const leadTokens = 24;
const seed = 7;
/** How many rewordings are tried behind a sentence. */
const led = 24;

/**
 * Proposes paraphrases of an edit's prompt: rewordings by the kind of the fact and general frames, plain and behind an
 * unrelated sentence that the model writes itself, as CounterFact's paraphrases have one. Kept are those after which
 * the model still answers the whole true target greedily, the most different first. That the model answers so does not
 * make it a paraphrase: a person should check them. The words of a conversation are asked about as text.
 *
 * @throws InputError when the edit names no true target.
 */
export async function proposeParaphrases(
  context: ProbeContext,
  {
    prompt,
    subject,
    occurrence,
    target,
    space,
  }: Pick<Edit, 'prompt' | 'subject' | 'occurrence' | 'target' | 'space'>,
  { count = 5, ...work }: Work & { readonly count?: number } = {},
): Promise<ParaphraseProposal> {
  const truth = target.true;
  if (truth === undefined) {
    throw new InputError('Paraphrases can only be proposed for an edit that names its true target.');
  }
  const words = wordsOf(prompt);
  const answer = { continuations: [truth], space };
  const half = (done: number): Work => ({
    signal: work.signal,
    report: (_, fraction) => work.report?.('trying rewordings', (done + fraction) / 2),
  });
  const plain = wordings(words, subject, occurrence).map((wording) => ({ wording, lead: '' }));
  const held = await holding(context, plain, answer, half(0));
  const leads = await writeLeads(context, [subject, target.new, truth], work.signal);
  const best = mostDifferent([], [{ wording: words, lead: '' }, ...held], led);
  const behind =
    leads.length === 0
      ? []
      : best.map(({ wording }, i) => ({ wording, lead: leads[i % leads.length] ?? '' }));
  held.push(...(await holding(context, behind, answer, half(1))));
  const chosen = mostDifferent([{ wording: words, lead: '' }], held, count);
  return {
    paraphrases: chosen.map((candidate) => ({
      prompt: withWords(prompt, textOf(candidate)),
      proposed: true as const,
    })),
    held: held.length,
    tried: plain.length + behind.length,
  };
}

const textOf = ({ wording, lead }: Candidate): string => (lead === '' ? wording : `${lead} ${wording}`);

/** Those after which the model's greedy answer is the target. */
async function holding(
  context: ProbeContext,
  candidates: readonly Candidate[],
  answer: Omit<ScoringRequest, 'prompt'>,
  work: Work,
): Promise<Candidate[]> {
  const requests = candidates.map((candidate) => ({ prompt: textOf(candidate), ...answer }));
  const scores = await score(context, requests, work);
  return candidates.filter((_, index) => {
    const read = scores[index]?.continuations[0];
    return read?.tokens.every((token, place) => token === read.argmax[place]) ?? false;
  });
}

/** Whole sentences of the model's own that say nothing of the fact. */
async function writeLeads(
  context: ProbeContext,
  avoided: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const prompts = openings.map((opening) => promptTokens(context.model, opening));
  const sampling = { temperature: 0.8, topP: 0.9, seed };
  const texts = await generate(context, prompts, { maxTokens: leadTokens, sampling, signal });
  return texts.flatMap(({ text }, index) => {
    const [sentence] = /^.+?[.!?](?=\s)/.exec(`${openings[index]}${text} `) ?? [];
    if (sentence === undefined || !/^[\s\p{P}]/u.test(text) || !/^[\p{L}\p{N}\p{P} ]+$/u.test(sentence))
      return [];
    const tells = avoided.some((word) => sentence.toLowerCase().includes(word.trim().toLowerCase()));
    return tells ? [] : [sentence];
  });
}

/** Takes the candidate that is farthest from all that are taken already, again and again. */
function mostDifferent(
  from: readonly Candidate[],
  candidates: readonly Candidate[],
  count: number,
): Candidate[] {
  const left = candidates.map((candidate) => ({
    candidate,
    distance: Math.min(...from.map((other) => distance(other, candidate))),
  }));
  const taken: Candidate[] = [];
  while (taken.length < count && left.length > 0) {
    const best = left.reduce((far, next) => (next.distance > far.distance ? next : far));
    left.splice(left.indexOf(best), 1);
    taken.push(best.candidate);
    for (const item of left)
      item.distance = Math.min(item.distance, distance(best.candidate, item.candidate));
  }
  return taken;
}

/** What a sentence in front counts beside a wording of other words. */
const leadWeight = 0.1;

/** 0 for the same candidate; wordings without a common word are 1 apart. */
function distance(a: Candidate, b: Candidate): number {
  const [first, second] = [a, b].map(
    ({ wording }) => new Set(wording.toLowerCase().match(/[\p{L}\p{N}]+/gu)),
  );
  if (first === undefined || second === undefined) return 0;
  const common = [...first].filter((word) => second.has(word)).length;
  const apart = 1 - (2 * common) / (first.size + second.size || 1);
  return apart + ((a.lead === '') === (b.lead === '') ? 0 : leadWeight);
}
