import * as z from 'zod';
import type { Edit } from '../../protocol/edits.ts';
import { occurrencesOf } from '../../text/occurrences.ts';

/** An edit before it has a name. */
export type NewEdit = Omit<Edit, 'id'>;

/** A list of probes, left out where it is empty. */
export const unlessEmpty = <T>(probes: T[]): T[] | undefined => (probes.length > 0 ? probes : undefined);

/** Text that is there. */
export const text = z.string().refine((value) => value.trim() !== '', 'must not be empty');

/** The first of an answer's forms: some files wrap it into one list or two, some give it an id beside. */
export const answer = z.preprocess((value) => {
  const found = unwrapped(value);
  return typeof found === 'string' ? found.trim() : found;
}, text);

/** An answer that need not be there: an empty one is none. */
export const answerIfAny = z.preprocess((value) => {
  const found = unwrapped(value);
  return typeof found === 'string' && found.trim() === '' ? undefined : found;
}, answer.optional());

function unwrapped(value: unknown): unknown {
  let found = value;
  while (Array.isArray(found)) found = found[0];
  return typeof found === 'object' && found !== null && 'str' in found ? found.str : found;
}

const place = /\{(?:subject)?\}/;

/** A prompt that may mark the place of its subject, once. */
export const template = text.refine(
  (prompt) => prompt.split(place).length <= 2,
  'must contain {} once, where the subject goes',
);

/** A template with its subject in place. */
export const filled = (prompt: string, subject: string): string =>
  prompt.replace(place, () => subject.trim());

/**
 * A prompt with its subject, as the prompt spells it, and which occurrence is meant where its place is marked and it
 * stands elsewhere too.
 */
export function placed(prompt: string, subject: string): Pick<NewEdit, 'prompt' | 'subject' | 'occurrence'> {
  const whole = filled(prompt, subject);
  const name = spelled(whole, subject.trim());
  const places = occurrencesOf(whole, name);
  const marked = places.indexOf(prompt.search(place));
  return {
    prompt: whole,
    subject: name,
    ...(marked >= 0 && places.length > 1 && { occurrence: marked + 1 }),
  };
}

/** A subject that the prompt has in other capitals. */
function spelled(prompt: string, subject: string): string {
  if (prompt.includes(subject)) return subject;
  const at = prompt.toLowerCase().indexOf(subject.toLowerCase());
  const found = prompt.slice(at, at + subject.length);
  return at >= 0 && found.toLowerCase() === subject.toLowerCase() ? found : subject;
}
