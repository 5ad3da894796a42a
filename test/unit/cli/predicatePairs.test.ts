import { expect, it } from 'vitest';
import { predicatePairs } from '../../../src/cli/predicatePairs.ts';

it('shows of a record the model, what it was made from and what was found', () => {
  const value = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: {
      timestamp: '2026-01-01T00:00:00Z',
      component: { name: 'm.gguf', properties: [{ name: 'palimpsest:review:verdict', value: 'edited' }] },
    },
    components: [{ type: 'machine-learning-model', name: 'base.gguf' }],
  };
  expect(predicatePairs({ type: 'https://cyclonedx.org/bom', value })).toEqual([
    ['record', 'CycloneDX 1.6, 2026-01-01T00:00:00Z'],
    ['model', 'm.gguf'],
    ['machine-learning-model', 'base.gguf'],
    ['review:verdict', 'edited'],
  ]);
});

it('shows of anything else its leaves, as many as fit, with what cannot be seen made visible', () => {
  const pairs = predicatePairs({
    type: 'x',
    value: { a: { b: 1, list: [1, 2] }, 'c\u001b[2J': 'x'.repeat(500), none: null },
  });
  expect(pairs.slice(0, 2)).toEqual([
    ['a.b', '1'],
    ['a.list', '2 items'],
  ]);
  expect(pairs[2]?.[0]).not.toContain('\u001b');
  expect(pairs[2]?.[1]).toHaveLength(200);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]));
  expect(predicatePairs({ type: 'x', value: many }).at(-1)).toEqual(['…', '40 more; see --json']);
});
