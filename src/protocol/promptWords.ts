import type { Conversation, Prompt, Turn } from './chat.ts';
import { ROLES } from './names.ts';

/** Prompts as words, without the schemas: views that are loaded at once need them. */

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

const roles: ReadonlySet<unknown> = new Set(ROLES);

/** Is it what a model can be asked with? As the schema says it, without the schema. */
export function isPrompt(value: unknown): value is Prompt {
  return typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every(isTurn));
}

function isTurn(value: unknown): value is Turn {
  if (typeof value !== 'object' || value === null) return false;
  const { role, content, ...others } = value as Readonly<Record<string, unknown>>;
  return roles.has(role) && typeof content === 'string' && Object.keys(others).length === 0;
}
