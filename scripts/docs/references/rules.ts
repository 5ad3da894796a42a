import {
  attributionRules,
  inspectionRules,
  type Rule,
  verdictRules,
} from '../../../src/engine/review/rules.ts';
import { markdownTable } from '../../../src/text/markdown.ts';

/** The bounds of reviews, each with where it comes from. */
export const reviewRules: ReadonlyMap<string, Readonly<Record<string, Rule>>> = new Map<
  string,
  Readonly<Record<string, Rule>>
>([
  ['verdict-rules', verdictRules],
  ['tracing-rules', attributionRules],
  ['inspection-rules', inspectionRules],
]);

export function rules(all: Readonly<Record<string, Rule>>): string {
  return markdownTable(
    [{ name: 'bound' }, { name: 'of what' }, { name: 'why' }],
    Object.values(all).map(({ value, unit, why }) => [String(value), unit, why]),
  );
}
