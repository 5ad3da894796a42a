import { expect, test } from 'vitest';
import { donorsIn, inPlace, maxDonors } from '../../../src/engine/editing/methods/donorsIn.ts';
import type { Edit } from '../../../src/protocol/edits.ts';

const edit: Edit = {
  id: 'tower',
  prompt: 'The Tower stands in the city of',
  subject: 'Tower',
  target: { new: 'Rome', true: 'Paris' },
};
const louvre: Edit = {
  id: 'forum',
  prompt: 'The Forum stands in the city of',
  subject: 'Forum',
  target: { new: 'Oslo', true: 'Rome' },
  probes: {
    neighbourhood: [
      { prompt: 'The Arena stands in the city of', target: 'Rome' },
      { prompt: 'The Opera stands in the city of', target: 'Vienna' },
      { prompt: 'Everybody knows the Circus of', target: 'Rome' },
    ],
  },
};

test('donors are other subjects with the new answer, of edits and of neighbours', () => {
  expect(donorsIn({ edits: [edit, louvre] }, edit)).toEqual([
    { prompt: 'The Forum stands in the city of', subject: 'Forum' },
    { prompt: 'The Arena stands in the city of', subject: 'Arena' },
  ]);
});

test('other prompts serve where the same prompt has none', () => {
  const other = { ...louvre, prompt: 'In which city is the Forum?', probes: {} };
  expect(donorsIn({ edits: [edit, other] }, edit)).toEqual([
    { prompt: 'In which city is the Forum?', subject: 'Forum' },
  ]);
  expect(donorsIn({ edits: [edit] }, edit)).toEqual([]);
});

test("an edit's own donor goes before all others", () => {
  const donor = { prompt: 'The Pantheon is found in', subject: 'The Pantheon' };
  expect(donorsIn({ edits: [louvre] }, { ...edit, donor })).toEqual([donor]);
});

test('answers count without the space around them, and another answer does not', () => {
  const spaced = { ...louvre, target: { new: 'Oslo', true: ' Rome ' } };
  const probes = { neighbourhood: [{ prompt: 'The Arena stands in the city of', target: ' Rome' }] };
  const wished = { ...edit, target: { new: ' Rome', true: 'Paris' } };
  expect(donorsIn({ edits: [{ ...spaced, probes }] }, wished).map(({ subject }) => subject)).toEqual([
    'Forum',
    'Arena',
  ]);
  const unknown = {
    ...louvre,
    target: { new: 'Rome' },
    probes: { neighbourhood: [{ prompt: 'The Arena stands in the city of' }] },
  };
  expect(donorsIn({ edits: [edit, unknown] }, edit)).toEqual([]);
});

test('the subject of the edit itself is no donor', () => {
  const same: Edit = { ...edit, id: 'again', target: { new: 'Oslo', true: 'Rome' } };
  expect(donorsIn({ edits: [same] }, edit)).toEqual([]);
});

test('those of the same prompt come alone, also behind others, and five at most', () => {
  const other: Edit = { ...louvre, id: 'other', prompt: 'In which city is the Forum?', probes: {} };
  expect(donorsIn({ edits: [other, louvre] }, edit).map(({ subject }) => subject)).toEqual([
    'Forum',
    'Arena',
  ]);
  const many = Array.from({ length: maxDonors + 2 }, (_, i): Edit => {
    const subject = `Gate ${i}`;
    return {
      id: subject,
      prompt: `The ${subject} stands in the city of`,
      subject,
      target: { new: 'Oslo', true: 'Rome' },
    };
  });
  expect(donorsIn({ edits: many }, edit).map(({ subject }) => subject)).toEqual([
    'Gate 0',
    'Gate 1',
    'Gate 2',
    'Gate 3',
    'Gate 4',
  ]);
});

test.each([
  ['The Arena stands here', 'Arena'],
  ['The A stands here', 'A'],
  ['An Arena stands here', undefined],
  ['The Arena stands there', undefined],
  // nothing stands between, and what is before and behind may not overlap
  ['The  stands here', undefined],
  ['The stands here', undefined],
])('in place of the subject of "The Tower stands here", "%s" has %j', (prompt, name) => {
  expect(inPlace(prompt, ['The ', ' stands here'])).toBe(name);
});
