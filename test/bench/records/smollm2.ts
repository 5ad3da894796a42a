import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import type { CounterFactRecord } from './record.ts';
import { shuffled } from './shuffled.ts';

const Text = z.object({ str: z.string() });
const Records = z.array(
  z.object({
    requested_rewrite: z.object({
      prompt: z.string(),
      subject: z.string(),
      target_true: Text,
      target_new: Text,
    }),
    paraphrase_prompts: z.array(z.string()),
    neighborhood_prompts: z.array(z.string()),
  }),
);

/** A fact is known where its object is among so many likeliest answers, as of the facts of the file. */
const knownRank = 3;
const seed = 6;

/**
 * Further facts that SmolLM2 knows: the neighbours of the file's own. They have played no part in choosing templates
 * or regularisation. A neighbour takes over the targets of the fact that it belongs to, the wordings of its relation,
 * and as neighbours that fact and its other neighbours, as far as they are asked in the same words.
 */
export async function smollm2Records(
  file: string,
  model: Model,
  threads: number,
): Promise<CounterFactRecord[]> {
  const own = Records.parse(JSON.parse(await readFile(file, 'utf8')));
  const taken = new Set(own.map(promptOf));
  const further = own.flatMap((record) =>
    record.neighborhood_prompts.flatMap((prompt) => {
      if (taken.has(prompt)) return [];
      taken.add(prompt);
      return neighbourOf(record, prompt, own) ?? [];
    }),
  );
  using context = new ProbeContext(model, { threads });
  const scores = await score(
    context,
    further.map((record) => ({
      prompt: promptOf(record),
      continuations: [record.requested_rewrite.target_true.str],
    })),
  );
  const known = further.filter((_, i) => (scores[i]?.continuations[0]?.rank ?? Number.NaN) <= knownRank);
  return shuffled(known, seed);
}

function neighbourOf(
  record: CounterFactRecord,
  prompt: string,
  all: readonly CounterFactRecord[],
): CounterFactRecord | undefined {
  for (const like of all) {
    const { prompt: template, subject: other } = like.requested_rewrite;
    const subject = between(prompt, template);
    if (subject === undefined) continue;
    const others = [promptOf(record), ...record.neighborhood_prompts];
    return {
      requested_rewrite: { ...record.requested_rewrite, prompt: template, subject },
      paraphrase_prompts: like.paraphrase_prompts.map((text) => text.replaceAll(other, () => subject)),
      neighborhood_prompts: others.filter((text) => text !== prompt && between(text, template) !== undefined),
    };
  }
  return undefined;
}

/** What stands in a text where its template has `{}`. */
function between(text: string, template: string): string | undefined {
  const [before = '', after = ''] = template.split('{}');
  const fits = text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length;
  return fits ? text.slice(before.length, text.length - after.length) : undefined;
}

const promptOf = ({ requested_rewrite: { prompt, subject } }: CounterFactRecord) =>
  prompt.replace('{}', () => subject);
