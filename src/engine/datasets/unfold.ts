import { questionsOf } from './questions.ts';
import { isObject } from './shape.ts';

/** Keys of EasyEdit's requests whose lists belong together, under the names that one request has. */
const PARALLEL: Readonly<Record<string, string>> = {
  prompts: 'prompt',
  prompt: 'prompt',
  subject: 'subject',
  target_new: 'target_new',
  ground_truth: 'ground_truth',
  rephrase_prompts: 'rephrase_prompt',
  rephrase_prompt: 'rephrase_prompt',
};

/** One of the records that a value of a data set holds. */
export interface Unfolded {
  readonly record: unknown;
  /** What tells it from the others, as a language does. */
  readonly name?: string;
}

/**
 * The records in a value, each in its parts: EasyEdit's requests in parallel lists are many, a record of mzsRE has a part
 * in each language, and most others are one.
 */
export function unfold(value: unknown): Unfolded[][] {
  if (!isObject(value)) return [[{ record: value }]];
  const prompts = value['prompts'] ?? value['prompt'];
  if (Array.isArray(prompts)) return prompts.map((_, i) => [{ record: requestAt(value, i) }]);
  const languages = Object.entries(value);
  const isByLanguage = languages.every(
    ([key, item]) => /^[a-z]{2}(?:[-_]\w+)?$/i.test(key) && isObject(item),
  );
  if (!isByLanguage || languages.length === 0) return [[{ record: value }]];
  return [languages.map(([name, record]) => ({ record, name }))];
}

function requestAt(lists: Readonly<Record<string, unknown>>, index: number): Record<string, unknown> {
  const own = Object.entries(lists).map(([key, list]): [string, unknown] => {
    if (/^(?:locality|portability)_inputs$/.test(key)) return [key, kindsAt(list, index)];
    const name = PARALLEL[key];
    return name !== undefined && Array.isArray(list) ? [name, list[index]] : [name ?? key, list];
  });
  return Object.fromEntries(own);
}

/** Of `{ KIND: { prompt: [...], ground_truth: [...] } }` what belongs to one request. */
function kindsAt(kinds: unknown, index: number): unknown {
  if (!isObject(kinds)) return kinds;
  const own = Object.entries(kinds).map(([kind, lists]): [string, unknown] => {
    if (!isObject(lists) || !Array.isArray(lists['prompt'])) return [kind, lists];
    const answers = Array.isArray(lists['ground_truth']) ? lists['ground_truth'][index] : undefined;
    const prompt: unknown = lists['prompt'][index];
    return [kind, prompt === undefined || prompt === null ? [] : questionsOf(prompt, answers)];
  });
  return Object.fromEntries(own);
}
