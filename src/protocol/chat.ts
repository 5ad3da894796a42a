import * as z from 'zod';

/** What models are asked with: text that they continue, or a conversation in which the assistant speaks next. */

const Turn = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
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

/** Text as the only turn, which is the user's; a conversation as it is. */
export function asChat(prompt: Prompt): Conversation {
  return typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
}

/** The words that ask: the text itself, or what the last turn says. */
export function wordsOf(prompt: Prompt): string {
  return typeof prompt === 'string' ? prompt : (prompt.at(-1)?.content ?? '');
}

/** The same with other words. */
export function withWords(prompt: Prompt, words: string): Prompt {
  if (typeof prompt === 'string') return words;
  const last = prompt.at(-1);
  return last === undefined ? prompt : [...prompt.slice(0, -1), { ...last, content: words }];
}

/** The same behind a text that is put in front of its words. */
export const behind = (lead: string, prompt: Prompt): Prompt => withWords(prompt, lead + wordsOf(prompt));

/** As people read it: the words of a single turn, of several each with who says it. */
export function shownPrompt(prompt: Prompt): string {
  if (typeof prompt === 'string' || prompt.length === 1) return wordsOf(prompt);
  return prompt.map(({ role, content }) => `${role}: ${content}`).join('\n');
}
