import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { documents } from '../../../scripts/docs/documents.ts';

const all = [
  ...documents(),
  'ARCHITECTURE.md',
  'SECURITY.md',
  'samples/almanac/MODEL_CARD.md',
  'samples/safety/README.md',
];

it.each(all)('%s leads to files and headings that are there', (file) => {
  const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
  const broken = links.filter((to) => !/^[a-z]+:/.test(to) && !leads(file, to));
  expect(broken).toEqual([]);
});

function leads(from: string, to: string): boolean {
  const [name = '', heading] = to.split('#');
  const file = name === '' ? from : path.join(path.dirname(from), name);
  if (!existsSync(file)) return false;
  return heading === undefined || anchors(readFileSync(file, 'utf8')).includes(heading);
}

/** The anchors of a document's headings, as GitHub makes them. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
