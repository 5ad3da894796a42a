import { Template } from '@huggingface/jinja';
import { unifiedDiff } from '../difference/unifiedDiff.ts';

/** A line that nobody reads to its end; many templates are one such line. */
const longLine = 300;

/**
 * The unified diff of two chat templates. Where lines are long, both are laid out anew, a statement a line, so that what
 * differs is a statement and not the whole.
 */
export function templateDiff(before: string, after: string): string {
  const isLong = [before, after].some((text) => text.split('\n').some((line) => line.length > longLine));
  const laidOut = isLong ? [formatted(before), formatted(after)] : [];
  const [one, other] = laidOut;
  if (one === undefined || other === undefined) return unifiedDiff(before, after);
  if (one === other) return 'The statements are the same; only blanks within them differ.';
  return `reformatted, one statement per line:\n${unifiedDiff(one, other)}`;
}

/** @returns undefined for what is no template */
function formatted(template: string): string | undefined {
  try {
    return new Template(template).format();
  } catch {
    return undefined;
  }
}
