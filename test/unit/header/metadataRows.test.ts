import { expect, test } from 'vitest';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { TEXT_AT_FIRST } from '../../../src/protocol/headerPage.ts';
import { itemText, metadataRows } from '../../../src/workbench/header/metadataRows.ts';
import { build, sourceOf, type Value } from '../gguf/build.ts';

async function rowsOf(metadata: readonly (readonly [string, Value])[]) {
  return metadataRows(await readHeader(sourceOf(build({ metadata }))));
}

test('numbers are as short as their type allows, and never lose a digit', async () => {
  const rows = await rowsOf([
    ['epsilon', ['float32', 1e-5]],
    ['base', ['float32', 10_000]],
    ['third', ['float32', 1 / 3]],
    ['nan', ['float32', Number.NaN]],
    ['inf', ['float32', Number.NEGATIVE_INFINITY]],
    ['double', ['float64', 1 / 3]],
    ['big', ['uint64', 18_446_744_073_709_551_615n]],
    ['small', ['int64', -9_223_372_036_854_775_808n]],
    ['yes', ['bool', true]],
  ]);
  expect(Object.fromEntries(rows.map((row) => [row.key, 'text' in row ? row.text : row.head]))).toEqual({
    epsilon: '0.00001',
    base: '10000',
    third: '0.33333334',
    nan: 'NaN',
    inf: '-Infinity',
    double: '0.3333333333333333',
    big: '18446744073709551615',
    small: '-9223372036854775808',
    yes: 'true',
  });
});

test('a long text is cut and says how long it is', async () => {
  const [row] = await rowsOf([['template', ['string', 'a'.repeat(TEXT_AT_FIRST + 5)]]]);
  expect(row).toEqual({
    key: 'template',
    type: 'string',
    text: 'a'.repeat(TEXT_AT_FIRST),
    length: TEXT_AT_FIRST + 5,
  });
});

test('of an array the first few items are shown, strings in quotes', async () => {
  const tokens = Array.from({ length: 100 }, (_, index) => ` t${index}`);
  const [row, numbers] = await rowsOf([
    ['tokens', ['array', 'string', tokens]],
    ['scores', ['array', 'float32', [0.1, -1]]],
  ]);
  expect(row).toMatchObject({ key: 'tokens', type: 'string', items: 100 });
  expect(row !== undefined && 'head' in row && row.head).toEqual(
    tokens.slice(0, 16).map((token) => JSON.stringify(token)),
  );
  expect(numbers).toEqual({ key: 'scores', type: 'float32', items: 2, head: ['0.1', '-1'] });
});

test('control characters of a token can be seen, and an endless token is cut', () => {
  expect(itemText('a\u0000\n"b', 'string')).toBe('"a\\u0000\\n\\"b"');
  expect(itemText('x'.repeat(10_000), 'string')).toHaveLength(502);
});
