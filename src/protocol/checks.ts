import * as z from 'zod';

/** What is wrong with an edits file, or worth a look, mostly in the eyes of one model; the schema has no objection to it. */

export const EditProblem = z.strictObject({
  path: z.array(z.union([z.string(), z.int()])).describe('The value it is about, in the JSON of the file.'),
  kind: z.enum([
    'digest',
    'uneditable',
    'layer-range',
    'token-boundary',
    'same-first-token',
    'subject-twice',
    'trailing-space',
    'chat-markers',
    'chat-template',
    'context-length',
  ]),
  severity: z.enum(['error', 'warning']).describe('An error keeps the edit from being computed.'),
  message: z.string().describe('A sentence for people.'),
});
export type EditProblem = z.infer<typeof EditProblem>;
