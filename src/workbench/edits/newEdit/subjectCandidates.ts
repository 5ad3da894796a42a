import { spansOf } from '../language/promptSpans.ts';

/** As many as one looks through. */
const limit = 12;

/** A word of a name, and the small words that stand inside names. */
const inName = /^[\p{Lu}\p{N}]/u;
const joining = /^(?:of|on|and|the|de|la|le|les|du|des|del|di|da|do|von|van|der|den|el|al)$/u;
const article = /^(?:the|a|an)$/i;

/**
 * Stretches of a prompt that its fact may be about, the likeliest first: names before other words, longer ones before
 * their parts. The words after which the model answers are no subject, so that the whole prompt is left out.
 */
export function subjectCandidates(prompt: string): string[] {
  const whole = prompt.trim();
  return spansOf(prompt)
    .filter((span) => span !== whole)
    .map((span, index) => ({ span, index, weight: weightOf(span) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .slice(0, limit)
    .map(({ span }) => span);
}

/** How much a stretch looks like a name; 0 for what begins or ends with a small word. */
function weightOf(span: string): number {
  const words = span.split(/\s+/);
  const [first = '', last = ''] = [words[0], words.at(-1)];
  const lone = words.length === 1;
  if (joining.test(last) || (lone && article.test(first))) return 0;
  const [opening, ...rest] = article.test(first) ? words.slice(1) : words;
  if (opening === undefined || joining.test(opening)) return 0;
  const named = [opening, ...rest].filter((word) => inName.test(word)).length;
  const isName =
    inName.test(opening) &&
    inName.test(last) &&
    [...rest].every((word) => inName.test(word) || joining.test(word));
  if (isName) return 100 + named + (article.test(first) ? 0.5 : 0);
  return lone && span.length > 3 ? 1 : 0;
}
