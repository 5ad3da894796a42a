import type { Edit } from '../../protocol/edits.ts';
import type { Proposal } from '../../protocol/probe.ts';
import { withWords, wordsOf } from '../../protocol/promptWords.ts';
import { InputError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { generate } from './generate.ts';
import { joined } from './joining.ts';
import type { ProbeContext } from './probeContext.ts';
import { score } from './scoring.ts';
import { around } from './subject.ts';
import { promptTokens, targetTokens } from './targetTokens.ts';

/** A prompt around its subject, and the true answer. */
interface Fact {
  readonly before: string;
  readonly after: string;
  readonly object: string;
  readonly space: boolean | undefined;
}

/** Texts sampled in a round, tokens of each, and names asked about after it. */
const perRound = { texts: 24, tokens: 24, names: 64 };
const rounds = 4;

/**
 * Proposes neighbourhood probes from the model's own knowledge: other subjects that it completes the same prompt for
 * with the same true object. The model is shown the true sentence and goes on in several ways; the names that it
 * writes are asked about, and kept where the true object is the likeliest answer. Names are found by their capitals.
 * The words of a conversation are asked about as text, since the answers of a chat seldom begin with the object.
 * They are what the model believes, not what is true: a person should check them.
 *
 * @throws InputError when the edit names no true target.
 */
export async function proposeNeighbours(
  context: ProbeContext,
  {
    prompt,
    subject,
    occurrence,
    target,
    space,
  }: Pick<Edit, 'prompt' | 'subject' | 'occurrence' | 'target' | 'space'>,
  { count = 5, ...work }: Work & { readonly count?: number } = {},
): Promise<Proposal> {
  const object = target.true;
  if (object === undefined) {
    throw new InputError('Neighbors can only be proposed for an edit that names its true target.');
  }
  const [before, after] = around({ prompt, subject, occurrence });
  const fact = { before, after, object, space };
  const words = wordsOf(prompt);
  const sentence = `${words}${joined(words, object, space)}.`;
  const tried = new Set<string>();
  const found: Believed[] = [];
  // twice as many as wanted, so that the more fitting half can be taken
  for (let round = 0; round < rounds && found.length < 2 * count; round++) {
    const known = [subject, ...found.map(({ name }) => name)];
    const texts = await sampleTexts(context, sentence, known, round, work.signal);
    const fresh = texts.flatMap(namesIn).filter((name) => !tried.has(name) && isOther(name, subject, target));
    const names = byFrequency(fresh).slice(0, perRound.names);
    for (const name of names) tried.add(name);
    found.push(...(await believed(context, names, subject, fact, work.signal)));
    work.report?.('looking for neighbors', (round + 1) / rounds);
  }
  found.sort((a, b) => a.surprise - b.surprise);
  const neighbours = found.slice(0, count).map(({ name }) => ({
    prompt: withWords(prompt, fact.before + name + fact.after),
    target: object,
    proposed: true as const,
  }));
  return { neighbours, tried: tried.size };
}

/** Lets the model go on after the true sentence: by itself, asked for others of the kind, and in a list of them. */
async function sampleTexts(
  context: ProbeContext,
  sentence: string,
  [subject = '', ...found]: readonly string[],
  round: number,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { model } = context;
  const others = found.slice(0, 5);
  const list = [subject, ...others].map((name, i) => `${i + 1}. ${name}\n`).join('');
  const leads = [
    sentence,
    `${sentence} The same is true of${others.map((name) => ` ${name},`).join('')}`,
    `${sentence} Others like it:\n${list}${others.length + 2}.`,
    ...(model.tokenizer.addsBos ? [''] : []),
  ].map((lead) => promptTokens(model, lead));
  const prompts = Array.from({ length: perRound.texts }, (_, i) => leads[i % leads.length] ?? []);
  const sampling = { temperature: 1, topP: 0.95, seed: round * perRound.texts };
  const texts = await generate(context, prompts, { maxTokens: perRound.tokens, sampling, signal });
  return texts.map(({ text }) => text);
}

const word = "[\\p{Lu}\\p{N}][\\p{L}\\p{M}\\p{N}'’-]*";
const small = '(?:of|on|and|the|de|la|le|du|des|del|di|da|van|von)';
const capitalised = new RegExp(`${word}(?: (?:${small} ){0,2}${word})*`, 'gu');

/** Runs of capitalised words; a single one that opens a sentence may be any word and is left out. */
function namesIn(text: string): string[] {
  const opens = /\p{L}[.?!]["”]?\s+$/u;
  return [...text.matchAll(capitalised)]
    .filter(({ 0: name, index }) => name.includes(' ') || !opens.test(text.slice(0, index)))
    .map(([name]) => name);
}

function byFrequency(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

/** Whether this is a short name of something else, which does not give the answer away. */
function isOther(name: string, subject: string, target: Edit['target']): boolean {
  const lower = name.toLowerCase();
  const taken = [subject, target.new, target.true ?? target.new].map((text) => text.trim().toLowerCase());
  return /\p{L}.{1,48}$/u.test(name) && !taken.some((text) => lower.includes(text) || text.includes(lower));
}

/** A name that fits, and how little the rest of the prompt with its answer is expected after it, in nats. */
interface Believed {
  readonly name: string;
  readonly surprise: number;
}

/** How much less likely, in nats, the rest of the prompt may be than after the name that it fits best. */
const strangeness = 3;

/**
 * Those for which the model's likeliest answer is the true object. Names that the rest of the prompt hardly ever
 * follows are left out: they are of another kind (a company is not located in a city).
 */
async function believed(
  context: ProbeContext,
  names: readonly string[],
  subject: string,
  { before, after, object, space }: Fact,
  signal: AbortSignal | undefined,
): Promise<Believed[]> {
  const ends = targetTokens(context.model, before + subject + after, object, space);
  const continuations = [after + joined(before + subject + after, object, space)];
  const all = [subject, ...names];
  const requests = all.map((name) => ({ prompt: before + name, continuations, space: false }));
  const answers = (await score(context, requests, { signal })).map(({ continuations: [answer] }, index) => {
    const { tokens = [], nll = [], argmax = [] } = answer ?? {};
    const asked = tokens.length - ends.length;
    const strange = nll.slice(0, asked).reduce((sum, value) => sum + value, 0);
    const own = nll[asked];
    return {
      name: all[index] ?? '',
      strange,
      surprise: own === undefined ? Number.POSITIVE_INFINITY : strange + own,
      right: tokens[asked] === ends[0] && argmax[asked] === ends[0],
    };
  });
  const right = answers.filter((answer, index) => index === 0 || answer.right);
  const limit = Math.min(...right.map(({ strange }) => strange)) + strangeness;
  return right.slice(1).filter(({ strange }) => strange <= limit);
}
