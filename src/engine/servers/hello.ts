import * as z from 'zod';

/** What a server says first at its control port, as a line of JSON; after it comes a beat each second. */
export const Hello = z.object({
  tool: z.string(),
  llama: z.string().describe('The version of llama.cpp, which both sides must share.'),
  busy: z.boolean().describe('It serves somebody else, and nobody beside.'),
});
export type Hello = z.infer<typeof Hello>;

export const beat = '.';
export const beatMilliseconds = 1000;
/** A server that is silent for so long has died, hangs, or cannot be reached any more. */
export const silenceMilliseconds = 6000;
/** More than a greeting takes. */
export const maxHelloLength = 4096;
