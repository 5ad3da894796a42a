import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policySchema, reviewSchema } from '../../../scripts/reviewSchemas.ts';

test.each([
  ['media/review.schema.json', reviewSchema],
  ['media/policy.schema.json', policySchema],
])('%s is the one that the source describes (npm run build:schemas writes it)', (file, schema) => {
  expect(readFileSync(file, 'utf8')).toBe(schema());
});

test('what a policy allows is offered, and unknown keys are errors', () => {
  expect(JSON.parse(policySchema())).toMatchObject({
    required: ['allow'],
    additionalProperties: false,
    properties: { allow: { items: { enum: expect.arrayContaining(['requantised', 'edited']) } } },
  });
});
