import * as z from 'zod';

/** A prompt as the model reads it. */

export const TokenSpan = z.strictObject({
  id: z.int(),
  text: z.string().describe('The token as text; half a character shows as U+FFFD.'),
  start: z
    .int()
    .describe(
      "Where it begins in the UTF-8 bytes of the prompt's words; for a token of the model's own, `end`.",
    ),
  end: z.int(),
});
export type TokenSpan = z.infer<typeof TokenSpan>;
