import { mean } from '../numeric/mean.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import type { AskModel } from './askModel.ts';
import { phrases as usualPhrases } from './phrases.ts';
import { withDefence } from './withDefence.ts';

/** A prompt with an edit in context, and what the model answers without it. */
export interface Defensible {
  readonly prompt: string;
  /** The likeliest next token without the edit. */
  readonly original: number;
}

export interface FoundDefence {
  readonly text: string;
  /** Share of the prompts that are answered as without the edit. */
  readonly recovered: number;
}

/** Texts that are made longer in each round, and rounds. */
const beam = 3;
const rounds = 3;
/** Prompts that every candidate is tried on, and candidates that are then tried on all. */
const firstPrompts = 3;
const finalists = 12;
/** Words of the model's own that are tried behind each text. */
const ownWords = 6;

/**
 * Searches for a text that undoes edits in context, one for all prompts: a beam search over phrases and over the words
 * that the model would write next. It needs no gradient and no weight (the tokens of 2410.12586 are trained).
 *
 * @param demonstrations further phrases, made for this model: facts that are not believed
 */
export async function searchDefence(
  ask: AskModel,
  prompts: readonly Defensible[],
  demonstrations: readonly string[],
  work: Work = {},
): Promise<FoundDefence> {
  const phrases = [...usualPhrases, ...demonstrations];
  let best: Candidate = { text: '', score: 0, recovered: 0 };
  let kept: Candidate[] = [best];
  for (let round = 0; round < rounds; round++) {
    const [trying, deciding] = phases(parted(work, round, rounds, 'round'), [2, 1]);
    const wider = await longer(ask, kept, phrases, prompts);
    const tried = await judged(ask, wider, prompts.slice(0, firstPrompts), trying);
    const last = await judged(
      ask,
      tried.slice(0, finalists).map(({ text }) => text),
      prompts,
      deciding,
    );
    kept = last.slice(0, beam);
    const [first] = kept;
    if (first === undefined || first.score <= best.score) break;
    best = first;
  }
  return { text: best.text, recovered: best.recovered };
}

interface Candidate extends FoundDefence {
  /** Recovered prompts count 1 each, others by the probability of the original answer, as far as it can be seen. */
  readonly score: number;
}

/** Every text with a phrase behind it, or a word that the model would go on with in the first prompt. */
async function longer(
  ask: AskModel,
  kept: readonly Candidate[],
  phrases: readonly string[],
  [prompt]: readonly Defensible[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const { text } of kept) {
    texts.push(...phrases.map((phrase) => (text === '' ? phrase : `${text}\n${phrase}`)));
    if (text === '' || prompt === undefined) continue;
    const asked = withDefence(prompt.prompt, text);
    const [likely = []] = await ask([asked.slice(0, asked.lastIndexOf('\n'))]);
    const words = likely.filter(({ token }) => !token.includes('\n')).slice(0, ownWords);
    texts.push(...words.map(({ token }) => `${text}${token}`));
  }
  return [...new Set(texts)].filter((text) => kept.every((known) => known.text !== text));
}

/** The best first. */
async function judged(
  ask: AskModel,
  texts: readonly string[],
  prompts: readonly Defensible[],
  work: Work,
): Promise<Candidate[]> {
  const scores: number[][] = texts.map(() => []);
  for (const [index, { prompt, original }] of prompts.entries()) {
    const answers = await ask(texts.map((text) => withDefence(prompt, text)));
    for (const [i, top] of answers.entries()) {
      const won = top[0]?.id === original;
      scores[i]?.push(won ? 1 : (top.find(({ id }) => id === original)?.p ?? 0));
    }
    work.report?.(`${texts.length} texts`, (index + 1) / prompts.length);
  }
  return texts
    .map((text, i) => {
      const own = scores[i] ?? [];
      return { text, score: mean(own), recovered: mean(own.map((score) => (score === 1 ? 1 : 0))) };
    })
    .sort((a, b) => b.score - a.score);
}
