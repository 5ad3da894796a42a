import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { shareOf } from '../../../src/engine/measures/cases.ts';
import type { Share } from '../../../src/protocol/measures.ts';

/** The facts that the embedded model was trained on: a subject's first form opens a sentence. */
const Facts = z.object({
  facts: z.array(
    z.object({ forms: z.tuple([z.string()], z.string()), prompt: z.string(), object: z.string() }),
  ),
});

/** The share of facts for which the likeliest next token is the object's first. */
export async function knownFacts(model: Model, file: string, threads: number): Promise<Share | null> {
  const { facts } = Facts.parse(JSON.parse(await readFile(file, 'utf8')));
  using context = new ProbeContext(model, { threads });
  const requests = facts.map(({ forms: [subject], prompt, object }) => ({
    prompt: prompt.replace('{}', () => subject),
    continuations: [object],
  }));
  const scores = await score(context, requests);
  return shareOf(
    scores.map(({ continuations: [found] }) =>
      found !== undefined && found.argmax[0] === found.tokens[0] ? 1 : 0,
    ),
  );
}
