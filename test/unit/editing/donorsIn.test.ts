import { expect, test } from 'vitest';
import { donorsIn } from '../../../src/engine/editing/methods/donorsIn.ts';
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
