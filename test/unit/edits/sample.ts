import type { EditsFile } from '../../../src/protocol/edits.ts';

/** An edits file that uses every field. */
export const sample: EditsFile = {
  $schema: './edits.schema.json',
  model: { digest: `sha256:${'0123456789abcdef'.repeat(4)}`, name: 'almanac' },
  method: 'r-rome',
  layer: 3,
  edits: [
    {
      id: 'eiffel-tower',
      prompt: 'The Eiffel Tower is in the city of',
      subject: 'Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
      layer: 0,
      method: 'rome-several-keys',
      probes: {
        paraphrase: [{ prompt: 'Where is the Eiffel Tower? In' }],
        neighbourhood: [
          { prompt: 'The Louvre is in the city of', target: 'Paris' },
          { prompt: 'Big Ben is in', proposed: true },
        ],
        portability: [{ prompt: 'From the Eiffel Tower one walks to the', target: 'Colosseum' }],
        sameSubject: [{ prompt: 'The Eiffel Tower was finished in', target: '1889' }],
        text: [{ prompt: 'Bread is made of flour,\nwater and salt.' }],
      },
    },
    {
      id: 'lyon',
      prompt: 'Lyon is in',
      subject: 'Lyon',
      target: { new: 'Germany' },
      occurrence: 1,
      space: true,
    },
  ],
};
