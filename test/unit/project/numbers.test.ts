import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/**
 * An item of an array in place of which a number stands where there is none. Pointers are no numbers, and an axis that a
 * shape leaves out is of size 1.
 */
const hidden = /(?<!\?\.)\[(?:[^[\]]|\[[^[\]]*\])*\] \?\? (?:-?\d(?!n)|Number\.|Infinity)/;
const axis = /\b(?:ne|shape)\[[\w .[\]]+\] \?\? 1\b/g;

const hides = (line: string): boolean => hidden.test(line.replace(axis, ''));

test('no index out of range becomes a number', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join('src', name));
  expect(files.length).toBeGreaterThan(600);
  const found = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => (hides(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test.each([
  ['x[i] ?? 0', true],
  ['(sum[i] ?? 0) + 1', true],
  ['a[row * n + order[j]] ?? 1', true],
  ['this.#mean[i] ?? Number.NaN', true],
  ['values.at(-1) ?? 0', false],
  ['bias?.[i] ?? 0', false],
  ['counts.get(name) ?? 0', false],
  ['ne[2] ?? 1', false],
  ['ne[2] ?? 0', true],
  ['struct.src[1] ?? 0n', false],
])('%s: hides an index out of range: %s', (line, expected) => {
  expect(hides(line)).toBe(expected);
});
