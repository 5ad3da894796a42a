import { DATASETS } from '../../../src/protocol/datasets.ts';
import { markdownTable } from '../../../src/text/markdown.ts';

/** The data sets whose records are imported. */
export function datasets(): string {
  return markdownTable(
    [
      { name: '`--format`' },
      { name: 'data set' },
      { name: 'what a record has' },
      { name: 'what is left out' },
      { name: 'license' },
    ],
    DATASETS.map(({ name, title, paper, license, shape, dropped }) => [
      `\`${name}\``,
      `${title} (${paper})`,
      shape(),
      dropped,
      license,
    ]),
  );
}
