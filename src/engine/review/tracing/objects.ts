import type { Traced } from '../../../protocol/review.ts';
import { generate } from '../../inspection/generate.ts';
import { logProbability } from '../../inspection/nextToken.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { score } from '../../inspection/scoring.ts';
import { promptTokens } from '../../inspection/targets.ts';
import type { Work } from '../../progress.ts';
import { tracingRules } from '../rules.ts';
import { relations } from './relations.ts';

/** Prompts that are asked together: a prompt's logits take 4 bytes a token of the vocabulary, in both models. */
const together = 8;
const most = 10;
/** Tokens that an object is continued by at most. */
const continued = 4;

export interface TracedObject extends Traced {
  /** The prompt that it shows most after. */
  readonly prompt: string;
}

/**
 * What the candidate now says of a subject that the base did not: both are asked in many ways, and each token counts
 * by the largest p log(p / p_base) over the prompts. Objects of several tokens are continued by the candidate.
 */
export async function traceObjects(
  base: ProbeContext,
  candidate: ProbeContext,
  subject: string,
  work: Work = {},
): Promise<TracedObject[]> {
  const prompts = relations.map((relation) => relation.replace('{}', () => subject));
  const best = new Map<number, { readonly score: number; readonly prompt: string }>();
  for (let at = 0; at < prompts.length; at += together) {
    const some = prompts.slice(at, at + together).map((prompt) => ({ prompt, continuations: [] }));
    const before = await score(base, some, { signal: work.signal });
    const after = await score(candidate, some, { signal: work.signal });
    for (const [index, { prompt }] of some.entries()) {
      const [old, now] = [before[index]?.next, after[index]?.next];
      if (old === undefined || now === undefined) continue;
      for (let token = 0; token < now.logits.length; token++) {
        const log = logProbability(now, token);
        const gain = Math.exp(log) * (log - logProbability(old, token));
        if (isGain(gain) && gain > (best.get(token)?.score ?? 0)) best.set(token, { score: gain, prompt });
      }
    }
    work.report?.('asking both models', Math.min(1, (at + together) / prompts.length));
  }
  const top = [...best].sort(([, a], [, b]) => b.score - a.score).slice(0, most);
  const { model } = candidate;
  const starts = top.map(([token, { prompt }]) => [...promptTokens(model, prompt), token]);
  const texts = await generate(candidate, starts, { maxTokens: continued, signal: work.signal });
  return top.map(([token, found], index) => ({
    ...found,
    text: nameFrom(model.tokenizer.piece(token), texts[index]?.text ?? ''),
  }));
}

/** @param gain p log(p / p_base), in nats */
export const isGain = (gain: number): boolean => gain > tracingRules.leastGain.value;

/** A token and as much of what follows as still belongs to one name: the rest of a word, or further capitals. */
function nameFrom(token: string, following: string): string {
  const [rest = ''] =
    /^(?:[\p{L}\p{N}'-]|\.(?=\p{L}))*(?: \p{Lu}(?:[\p{L}\p{N}'-]|\.(?=\p{L}))*)*/u.exec(following) ?? [];
  const name = /\p{Lu}/u.test(token) || !rest.startsWith(' ') ? token + rest : token;
  return name.trim().replace(/[.'-]+$/, '');
}
