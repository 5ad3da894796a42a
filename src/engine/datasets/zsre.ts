import * as z from 'zod';
import type { NewEdit } from './newEdit.ts';

/**
 * A zsRE record as MEND selected and published them (`zsre_mend_eval.json`; Mitchell et al. 2021, arXiv:2110.11309).
 * `alt` is the answer to be taught, `answers` the ones that hold, `loc` a question about something else, without its
 * question mark. `cond` and `pred` repeat what the others say.
 */
const ZsreRecord = z.object({
  subject: z.string(),
  src: z.string(),
  rephrase: z.string(),
  alt: z.string(),
  answers: z.tuple([z.string()], z.string()),
  loc: z.string(),
  loc_ans: z.string(),
});

/** The neighbour is asked as the ROME release asks it, `nq question:` and all. */
export const zsre = ZsreRecord.transform(
  ({ subject, src, rephrase, alt, answers: [truth], loc, loc_ans }): NewEdit[] => [
    {
      prompt: src,
      subject,
      target: { new: alt, true: truth },
      probes: { paraphrase: [{ prompt: rephrase }], neighbourhood: [{ prompt: `${loc}?`, target: loc_ans }] },
    },
  ],
);
