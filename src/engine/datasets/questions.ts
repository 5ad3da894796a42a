import { isObject } from './shape.ts';

/** Questions with their answers in any of the forms that they are published in, as a list of pairs. */
export function questionsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(questionIn);
  if (!isObject(value) || !('prompt' in value)) return value;
  return questionsOf(value['prompt'], value['ground_truth']);
}

/** Prompts and answers in two lists of the same order, or one of each. */
export function questionsOf(prompts: unknown, answers: unknown): unknown[] {
  if (!Array.isArray(prompts)) return [{ prompt: prompts, ground_truth: answers }];
  return prompts.map((prompt: unknown, i) => ({
    prompt,
    ground_truth: Array.isArray(answers) ? answers[i] : undefined,
  }));
}

function questionIn(item: unknown): unknown {
  if (!isObject(item) || 'ground_truth' in item || !('answer' in item)) return item;
  return { ...item, ground_truth: item['answer'] };
}
