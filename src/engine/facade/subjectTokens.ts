import { locate } from '../editing/keys/lookup.ts';
import { around, type SubjectInPrompt } from '../inspection/subject.ts';
import { tokenSpans } from '../inspection/tokenSpans.ts';
import type { Model } from '../llama/model.ts';

/**
 * The tokens of a prompt, and which of them the subject is.
 *
 * @throws InputError where the subject does not occur in the prompt
 */
export function subjectTokens(model: Model, fact: SubjectInPrompt) {
  const { lookup } = locate(model, fact);
  const start = Buffer.byteLength(around(fact)[0], 'utf8');
  const spans = tokenSpans(model, fact.prompt);
  const first = spans.findIndex(({ end }) => end > start);
  return { spans, subject: { first: Math.min(first, lookup), last: lookup } };
}
