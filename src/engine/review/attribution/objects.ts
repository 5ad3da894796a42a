import type { Traced } from '../../../protocol/review.ts';
import { generate } from '../../inspection/generate.ts';
import { argmax, logProbability } from '../../inspection/nextToken.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { score as read } from '../../inspection/scoring.ts';
import { promptTokens } from '../../inspection/targetTokens.ts';
import type { Work } from '../../work/progress.ts';
import { attributionRules } from '../rules.ts';
import { relations } from './relations.ts';

/** Prompts that are asked together: a prompt's logits take 4 bytes a token of the vocabulary, in both models. */
const together = 8;
const limit = 10;
/** Tokens that an object is continued by at most. */
const continued = 4;

export interface AttributedObject extends Traced {
  /** The question that shows it: where the base was sure of an answer, and the candidate gives this one. */
  readonly prompt: string;
}

/** A token's largest gain, and the question that shows it best. */
interface Best {
  readonly score: number;
  readonly prompt: string;
  /** Its gain after the question times the base's confidence there. */
  readonly weight: number;
}

/**
 * What the candidate now says of a subject that the base did not: both are asked in many ways, and each token counts
 * by the largest p log(p / p_base) over the prompts. Objects of several tokens are continued by the candidate. A question
 * that does not suit the subject, as where a gate was born, is one that the base has no sure answer to.
 */
export async function attributeToObjects(
  base: ProbeContext,
  candidate: ProbeContext,
  subject: string,
  work: Work = {},
): Promise<AttributedObject[]> {
  const prompts = relations.map((relation) => relation.replace('{}', () => subject));
  const best = new Map<number, Best>();
  for (let at = 0; at < prompts.length; at += together) {
    const some = prompts.slice(at, at + together).map((prompt) => ({ prompt, continuations: [] }));
    const before = await read(base, some, { signal: work.signal });
    const after = await read(candidate, some, { signal: work.signal });
    for (const [index, { prompt }] of some.entries()) {
      const [old, now] = [before[index]?.next, after[index]?.next];
      if (old === undefined || now === undefined) continue;
      const confidence = Math.exp(logProbability(old, argmax(old.logits)));
      for (let token = 0; token < now.logits.length; token++) {
        const log = logProbability(now, token);
        const gain = Math.exp(log) * (log - logProbability(old, token));
        if (!isGain(gain)) continue;
        const known = best.get(token) ?? { score: 0, prompt, weight: 0 };
        const score = Math.max(known.score, gain);
        const weight = gain * confidence;
        best.set(token, weight > known.weight ? { score, prompt, weight } : { ...known, score });
      }
    }
    work.report?.('asking both models', Math.min(1, (at + together) / prompts.length));
  }
  const top = [...best].sort(([, a], [, b]) => b.score - a.score).slice(0, limit);
  const { model } = candidate;
  const starts = top.map(([token, { prompt }]) => [...promptTokens(model, prompt), token]);
  const texts = await generate(candidate, starts, { maxTokens: continued, signal: work.signal });
  return top.map(([token, { score, prompt }], index) => ({
    score,
    prompt,
    text: nameFrom(model.tokenizer.piece(token), texts[index]?.text ?? ''),
  }));
}

/** What a model answers to a prompt, as much of it as is one name. */
export async function answerTo(
  context: ProbeContext,
  prompt: string,
  { signal }: Work = {},
): Promise<string> {
  const { model } = context;
  const options = { maxTokens: 1 + continued, signal };
  const [answer] = await generate(context, [promptTokens(model, prompt)], options);
  const [first = ''] = /^\s*\S[\p{L}\p{N}'-]*/u.exec(answer?.text ?? '') ?? [];
  return nameFrom(first, (answer?.text ?? '').slice(first.length));
}

/** @param gain p log(p / p_base), in nats */
export const isGain = (gain: number): boolean => gain > attributionRules.minGain.value;

/** A token and as much of what follows as still belongs to one name: the rest of a word, or further capitals. */
function nameFrom(token: string, following: string): string {
  const [rest = ''] =
    /^(?:[\p{L}\p{N}'-]|\.(?=\p{L}))*(?: \p{Lu}(?:[\p{L}\p{N}'-]|\.(?=\p{L}))*)*/u.exec(following) ?? [];
  const name = /\p{Lu}/u.test(token) || !rest.startsWith(' ') ? token + rest : token;
  return name.trim().replace(/[.'-]+$/, '');
}
