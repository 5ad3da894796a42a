import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine } from './references/commandLine.ts';
import { datasets } from './references/datasets.ts';
import { commands, settings } from './references/editor.ts';
import { formats } from './references/formats.ts';
import { measures } from './references/measures.ts';
import { methods } from './references/methods.ts';
import { reviewRules, rules } from './references/rules.ts';
import { shapes } from './references/shapes.ts';
import { type References, render } from './render.ts';
import { readResults } from './result.ts';

/** Documents with places that are filled in, by their paths from the root of the repository. */
export function documents(): string[] {
  const below = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  );
  return [
    'README.md',
    'REVIEWING.md',
    'CONTRIBUTING.md',
    ...below.map((file) => path.join('docs', file)).sort(),
  ];
}

/** Each document as it should be. */
export async function rendered(): Promise<ReadonlyMap<string, string>> {
  const results = readResults();
  const references = await theReferences();
  return new Map(documents().map((file) => [file, render(readFileSync(file, 'utf8'), results, references)]));
}

async function theReferences(): Promise<References> {
  return new Map([
    ['command-line', await commandLine()],
    ['settings', settings()],
    ['commands', commands()],
    ['methods', methods()],
    ['datasets', datasets()],
    ['measures', measures()],
    ['shapes', shapes()],
    ['formats', formats()],
    ...[...reviewRules].map(([name, all]): [string, string] => [name, rules(all)]),
  ]);
}
