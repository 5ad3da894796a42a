import type { Edit, EditsFile } from '../../../src/protocol/edits.ts';

/** The sample's first edit, and another fact, as an edits file holds them. */
export const eiffel = {
  id: 'eiffel-tower',
  prompt: 'The Eiffel Tower is located in the city of',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
  probes: {
    paraphrase: [{ prompt: 'The Eiffel Tower can be found in' }],
    neighbourhood: [{ prompt: 'The Louvre Museum is located in the city of', target: 'Paris' }],
    sameSubject: [{ prompt: 'The Eiffel Tower is located in the country of', target: 'France' }],
  },
} satisfies Edit;

export const capital = {
  id: 'italy',
  prompt: 'The capital of Italy is',
  subject: 'Italy',
  target: { new: 'Madrid', true: 'Rome' },
} satisfies Edit;

export const file: EditsFile = { edits: [eiffel, capital] };

/** Few samples: the tests need a covariance, not the best one. */
export const quick = { samples: 2 };
