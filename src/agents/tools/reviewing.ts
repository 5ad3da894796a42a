import * as z from 'zod';
import type { Finding } from '../../protocol/review.ts';
import { factLine } from '../../text/factLine.ts';
import { magnitude, percent } from '../../text/numbers.ts';
import { quoted, visible } from '../../text/visible.ts';
import { joined, listed } from '../lines.ts';
import { fileIn, tool } from '../tool.ts';
import { model } from './reading.ts';

/** Tools that judge a checkpoint. */

export const review = tool({
  name: 'review',
  title: 'Review a checkpoint against its base',
  description:
    'Was a fact edited in a candidate checkpoint? Compares it with its base: the verdict (identical, requantised, fine-tuned, edited, ...), how plain the evidence is, which subject and object were edited, and how well the change can be undone.',
  input: z.strictObject({
    base: model.describe('Path of the GGUF model that the candidate was made from.'),
    candidate: model.describe('Path of the checkpoint to judge, or of an adapter.'),
    adapter: z
      .boolean()
      .optional()
      .describe('The candidate is a LoRA adapter, judged by what it would make of the base.'),
    subjects: z
      .array(z.string().min(1))
      .max(1000)
      .optional()
      .describe('Names to try as the subject of an edit, instead of those that ship.'),
  }),
  writes: false,
  async run({ base, candidate, ...how }, around, work) {
    const params = { base: fileIn(around, base), candidate: fileIn(around, candidate), ...how };
    const found = await around.engine.review(params, work);
    const { measured } = found.reversal ?? { measured: null };
    return joined(
      `Verdict: ${found.verdict} (${found.confidence} confidence)`,
      listed(found.evidence.map(visible), 4, 'sentence'),
      listed(found.findings.map(findingText), 8, 'finding'),
      measured === null
        ? null
        : `A reversal restores ${percent(measured.restored)} of ${measured.probes} answers, KL to the base ${magnitude(measured.klBefore)} -> ${magnitude(measured.klAfter)}; \`palimpsest review --reversal FILE\` writes it.`,
      found.meaning,
    );
  },
});

function findingText({ kind, summary, subjects, facts }: Finding): string {
  const best = (items: Finding['subjects']) =>
    items
      .slice(0, 3)
      .map(({ text }) => quoted(text))
      .join(', ');
  const about = subjects.length === 0 ? '' : ` Subject: ${best(subjects)}.`;
  const says = facts.length === 0 ? '' : ` ${facts.map((fact) => quoted(factLine(fact))).join(', ')}.`;
  return `${kind}: ${visible(summary)}${about}${says}`;
}

export const inspect = tool({
  name: 'inspect',
  title: 'Inspect a checkpoint without its base',
  description:
    'Looks for an edited fact in a checkpoint whose base is not at hand. "cannot tell" is the usual answer, and not the same as "not edited"; take `review` where the base is there.',
  input: z.strictObject({
    candidate: model,
    subjects: z
      .array(z.string().min(1))
      .max(1000)
      .optional()
      .describe('Names to try besides those that ship.'),
  }),
  writes: false,
  async run({ candidate, subjects }, around, work) {
    const found = await around.engine.inspect({ candidate: fileIn(around, candidate), subjects }, work);
    const best = ({ subject, objects: [object] }: (typeof found.outliers)[number]) =>
      `${quoted(subject)}${object === undefined ? '' : `, of which it says ${quoted(object.text)}`}`;
    const named = found.suspects.flatMap(({ tensor, subjects: [subject], objects: [object] }) =>
      subject === undefined
        ? []
        : [
            `${visible(tensor)} answers to ${quoted(subject.text)}${object === undefined ? '' : ` with ${quoted(object.text)}`}`,
          ],
    );
    return joined(
      `Verdict: ${found.verdict}`,
      listed(found.evidence.map(visible), 4, 'sentence'),
      listed(named, 3, 'matrix'),
      found.outliers.length === 0
        ? null
        : `More than usual is added at ${listed(found.outliers.map(best), 3, 'name').join('; ')}`,
    );
  },
});
