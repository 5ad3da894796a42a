import { expect, test } from 'vitest';
import { inContext } from '../../../src/engine/inspection/inContext.ts';
import type { Edit } from '../../../src/protocol/edits.ts';

const city = (id: string, probes?: Edit['probes']): Edit => ({
  id,
  prompt: `${id} is in`,
  subject: id,
  target: { new: 'Italy', true: 'Spain' },
  ...(probes && { probes }),
});
const full = (id: string) =>
  city(id, {
    paraphrase: [{ prompt: `${id} lies in` }],
    neighbourhood: [{ prompt: 'Oslo is in' }, { prompt: 'Bern is in', target: 'Switzerland' }],
  });

test('the new fact stands last, behind demonstrations of other facts', () => {
  const edit = full('a');
  expect(inContext(edit, [edit])).toBe('New Fact: a is in Italy\nPrompt: ');
  expect(inContext(edit, [edit, full('b'), full('c')])).toBe(
    [
      'New Fact: c is in Italy\nPrompt: Bern is in Switzerland',
      'New Fact: b is in Italy\nPrompt: b is in Italy',
      'New Fact: a is in Italy\nPrompt: ',
    ].join('\n\n'),
  );
});

test('facts are copied, carried over and kept as 1 : 3 : 4, mixed, and no more than eight', () => {
  const others = Array.from({ length: 20 }, (_, i) => full(`x${i}`));
  const shown = inContext(full('a'), others).split('\n\n');
  expect(shown).toHaveLength(9);
  const count = (pattern: RegExp) => shown.filter((text) => pattern.test(text)).length;
  expect([
    count(/Prompt: x\d+ is in Italy$/),
    count(/lies in Italy$/),
    count(/Bern is in Switzerland$/),
  ]).toEqual([1, 3, 4]);
  const kept = shown.map((text) => /Bern is in Switzerland$/.test(text));
  expect(kept.some((one, i) => one && kept[i + 1])).toBe(false);
});

test('edits without such probes are passed over', () => {
  const shown = inContext(full('a'), [city('b'), city('c'), full('d')]).split('\n\n');
  expect(shown.map((text) => text.split(' ')[2])).toEqual(['d', 'b', 'a']);
});

test('facts in scripts without spaces are joined as they are written, or as the edit says', () => {
  const fact = { id: 'zh', prompt: '法国的首都是', subject: '法国', target: { new: '罗马' } };
  expect(inContext(fact, [])).toBe('New Fact: 法国的首都是罗马\nPrompt: ');
  expect(inContext({ ...fact, space: true }, [])).toBe('New Fact: 法国的首都是 罗马\nPrompt: ');
});
