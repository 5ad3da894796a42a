import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
);
const names = Object.keys(scripts);
const places = ['.ci', '.github', 'docs', 'samples', 'scripts', 'src', 'test', 'webview'];

it('scripts are named by a verb, or verb:noun, and what npm runs before one belongs to one', () => {
  const alone = 'setup|build|check|test|demo|bench|fuzz|nightly';
  const verb = 'bench|build|check|compare|export|fetch|install|open|package|take|test';
  const named = new RegExp(`^(${alone}|(${verb}):[a-z0-9-]+)$`);
  const before = names.filter((name) => name.startsWith('pre'));
  expect(names.filter((name) => !before.includes(name) && !named.test(name))).toEqual([]);
  expect(before.filter((name) => !names.includes(name.slice('pre'.length)))).toEqual([]);
});

it('every script that a document, a workflow or a source names is there', () => {
  const below = places.flatMap((place) =>
    readdirSync(path.join(root, place), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(place, file),
    ),
  );
  const files = [...readdirSync(root), ...below].filter(
    (file) => file === '.ci/run' || (/\.(md|tsx?|mjs|ya?ml|py)$/.test(file) && file !== 'CHANGELOG.md'),
  );
  const called = files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(
      ([, name = '']) => ({ file, name }),
    ),
  );
  expect(called.length).toBeGreaterThan(50);
  expect(called.filter(({ name }) => !names.includes(name))).toEqual([]);
});
