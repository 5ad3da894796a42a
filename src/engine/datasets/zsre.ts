import * as z from 'zod';
import { answer, answerIfAny, filled, type NewEdit, placed, template, text, unlessEmpty } from './newEdit.ts';
import type { Shape } from './shape.ts';

/**
 * A zsRE record as MEND selected and published them (`zsre_mend_eval.json`; Mitchell et al. 2021, arXiv:2110.11309).
 * `alt` is the answer to be taught, `answers` the ones that hold, `loc` a question about something else, without its
 * question mark. `cond` and `pred` repeat what the others say; `portability` is EasyEdit's addition.
 */
const ZsreRecord = z.object({
  subject: text,
  src: template,
  rephrase: text.optional(),
  alt: answer,
  answers: answerIfAny,
  loc: text.optional(),
  loc_ans: answer.optional(),
  portability: z.object({ 'New Question': text, 'New Answer': answer }).optional(),
});

/** The neighbour is asked as the ROME release asks it, `nq question:` and all. */
const edits = ZsreRecord.transform(
  ({ subject, src, rephrase, alt, answers: truth, loc, loc_ans, portability: asked }): NewEdit[] => [
    {
      ...placed(src, subject),
      target: { new: alt, ...(truth !== undefined && { true: truth }) },
      probes: {
        paraphrase: rephrase === undefined ? undefined : [{ prompt: filled(rephrase, subject) }],
        neighbourhood:
          loc === undefined
            ? undefined
            : [
                {
                  prompt: loc.endsWith('?') ? loc : `${loc}?`,
                  ...(loc_ans !== undefined && { target: loc_ans }),
                },
              ],
        portability: asked && unlessEmpty([{ prompt: asked['New Question'], target: asked['New Answer'] }]),
      },
    },
  ],
);

export const zsre: Shape = {
  edits,
  isIn: (record) => 'src' in record,
  keys: Object.keys(ZsreRecord.shape),
  probes: ['rephrase', 'loc', 'loc_ans', 'portability'],
};
