import * as z from 'zod';
import { ROLES } from './names.ts';

/** What models are asked with: text that they continue, or a conversation in which the assistant speaks next. */

const Turn = z.strictObject({
  role: z.enum(ROLES),
  content: z.string(),
});
export type Turn = z.infer<typeof Turn>;

export const Conversation = z
  .array(Turn)
  .min(1)
  .describe("Turns that the model's chat template makes a prompt of; the assistant speaks next.");
export type Conversation = z.infer<typeof Conversation>;

export const Prompt = z.union([z.string(), Conversation]);
export type Prompt = z.infer<typeof Prompt>;
