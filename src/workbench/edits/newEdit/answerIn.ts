/** More words than an answer has: what goes on longer is a sentence, of which the first word is taken. */
const maxWords = 4;

/** The answer that a continuation begins with: up to the first sign that ends one. */
export function answerIn(continuation: string): string {
  const [until = ''] = continuation.trim().split(/[.,;:!?()\n"”]/);
  const words = until.trim().split(/\s+/);
  return (words.length > maxWords ? words.slice(0, 1) : words).join(' ');
}
