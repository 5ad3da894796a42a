import { describe, expect, it } from 'vitest';
import { type Fingerprint, nothingEdited } from '../../../src/engine/review/verdict/found.ts';
import { judgeFile } from '../../../src/engine/review/verdict/judgeFile.ts';
import { meanings } from '../../../src/engine/review/verdict/meaning.ts';
import { type Inventory, type KeyKind, VERDICTS, type Verdict } from '../../../src/protocol/review.ts';

const inventory: Inventory = {
  ...{ metadata: [], layout: [], hidden: [], added: [], removed: [], reshaped: [] },
  ...{ tensors: 7, equal: 7, retyped: 0 },
};
const weights = (verdict: Verdict): Fingerprint => ({
  ...{ verdict, confidence: 'medium', evidence: ['of the weights'] },
  ...nothingEdited,
});
const keys = (...kinds: KeyKind[]): Partial<Inventory> => ({
  metadata: kinds.map((kind) => ({ key: `a.${kind}`, kind, before: 'a', after: 'b', detail: '- a\n+ b' })),
});
const judge = (verdict: Verdict, changes: Partial<Inventory>) =>
  judgeFile(weights(verdict), { ...inventory, ...changes });

describe('the verdict on whole files', () => {
  const cases: readonly (readonly [Verdict, Partial<Inventory>, Verdict])[] = [
    ['identical', {}, 'identical'],
    ['identical', { layout: ['Another order.'] }, 'layout'],
    ['identical', { ...keys('metadata'), layout: ['Another order.'] }, 'metadata'],
    ['identical', keys('unknown-key', 'chat-template'), 'metadata'],
    ['identical', keys('metadata', 'vocabulary'), 'vocabulary'],
    ['identical', keys('vocabulary', 'computation'), 'computation'],
    ['identical', { ...keys('computation'), hidden: ['9 bytes'] }, 'unknown'],
    ['requantised', { ...keys('metadata', 'chat-template'), layout: ['Another order.'] }, 'requantised'],
    ['requantised', keys('vocabulary'), 'vocabulary'],
    ['requantised', keys('computation'), 'computation'],
    ['requantised', { hidden: ['9 bytes'] }, 'unknown'],
    ['fine-tuned', keys('computation'), 'fine-tuned'],
    ['edited', { ...keys('vocabulary'), hidden: ['9 bytes'] }, 'edited'],
  ];
  it.each(cases)('of %s weights with %j', (verdict, changes, right) => {
    expect(judge(verdict, changes)).toMatchObject({ verdict: right, confidence: 'medium' });
  });

  it('says what decided it first, and everything else as well', () => {
    const [first, ...rest] = judge('requantised', keys('computation', 'metadata')).evidence;
    expect(first).toMatch(/computes: a\.computation\.$/);
    expect(rest).toEqual(['Metadata differ: a.metadata.', 'of the weights']);
    expect(judge('edited', keys('vocabulary')).evidence).toEqual([
      'of the weights',
      expect.stringMatching(/vocabulary.*: a\.vocabulary\.$/),
    ]);
    expect(judge('identical', { hidden: ['9 bytes'] }).evidence[0]).toMatch(/belong to no value/);
    expect(judge('identical', { layout: ['Another order.'] }).evidence[0]).toBe('Another order.');
    expect(judge('requantised', { layout: ['Another order.'] }).evidence).toEqual(['of the weights']);
  });

  it('names no more keys than are read', () => {
    const named = (count: number) =>
      judge('identical', keys(...Array<KeyKind>(count).fill('metadata'))).evidence[0];
    expect(named(12)?.split(', ')).toHaveLength(12);
    expect(named(12)).not.toContain('more');
    expect(named(13)).toMatch(/ and 1 more\.$/);
  });

  it.each(VERDICTS)('"%s" has a meaning', (verdict) => {
    expect(meanings[verdict]).toMatch(/\.$/);
  });
});
