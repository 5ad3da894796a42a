import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { editsSchema } from '../../../scripts/editsSchema.ts';
import { METHODS } from '../../../src/protocol/edits.ts';

const schema: unknown = JSON.parse(editsSchema());

test('the committed schema is the one that the source describes (npm run build:schemas writes it)', () => {
  expect(readFileSync('media/edits.schema.json', 'utf8')).toBe(editsSchema());
});

/** Every property with the path that leads to it. */
function* properties(node: unknown, path = ''): Generator<[string, Record<string, unknown>]> {
  const { properties: inner, items } = z
    .looseObject({
      properties: z.record(z.string(), z.looseObject({})).optional(),
      items: z.unknown().optional(),
    })
    .parse(node);
  for (const [key, property] of Object.entries(inner ?? {})) {
    yield [`${path}.${key}`, property];
    yield* properties(property, `${path}.${key}`);
  }
  // the parts of a tuple are explained by its list
  if (items !== undefined && !Array.isArray(items)) yield* properties(items, `${path}[]`);
}

test('every field explains itself when hovered over', () => {
  const fields = [...properties(schema)];
  expect(fields.map(([path]) => path)).toContain('.edits[].probes.neighbourhood[].proposed');
  for (const [path, { description }] of fields) expect(description, path).toMatch(/^[A-Z].*\.$/);
});

test('unknown keys are errors and methods are offered', () => {
  expect(schema).toMatchObject({ additionalProperties: false, required: ['edits'] });
  const found = new Map(properties(schema));
  expect(found.get('.method')).toMatchObject({ enum: METHODS });
  expect(found.get('.edits[].probes')).toMatchObject({ additionalProperties: false });
});
