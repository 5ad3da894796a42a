import { MEASURES } from '../../../src/protocol/measureRegistry.ts';
import { markdownTable } from '../../../src/text/markdown.ts';

/** The headline measures of edits. */
export function measures(): string {
  return markdownTable(
    [
      { name: '`--require`' },
      { name: 'measure' },
      { name: 'what it says' },
      { name: 'unit' },
      { name: 'better' },
    ],
    MEASURES.map(({ key, name, meaning, unit, better }) => [`\`${key}\``, name, meaning, unit, better]),
  );
}
