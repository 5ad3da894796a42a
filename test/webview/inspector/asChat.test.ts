import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import { localitySection } from '../../../webview/inspector/export/localitySection.ts';
import { headlinesOf } from '../../../webview/inspector/locality/headlines.ts';
import { eiffel } from './eiffel.ts';

/** The sample's measurement as one of a chat model. */
const asked: Measurement = {
  edit: {
    ...eiffel.measurement.edit,
    asChat: { generated: { before: 'It is in Paris.', after: 'It is in Rome.' }, generationMatch: true },
  },
  summary: {
    ...eiffel.measurement.summary,
    chatMatch: { protocol: 'chat match', n: 1, share: { value: 1, n: 1, low: 0.2, high: 1 } },
  },
};

const titlesOf = (measurement: Measurement) =>
  localitySection(measurement, { measuredWith: null, otherState: null }).blocks.map(
    (block) => `${block.title}: ${'text' in block ? block.text : ''}`,
  );

describe('the answer as chat', () => {
  it('is a headline number with its own protocol beside the generation', () => {
    const headlines = headlinesOf(asked);
    const place = headlines.findIndex(({ name }) => name === 'As chat');
    expect(headlines[place - 1]?.name).toBe('Generation');
    expect(headlines[place]).toMatchObject({
      after: headlines[place - 1]?.after,
      protocol: 'chat match',
      cases: '1 edit',
    });
    expect(titlesOf(asked)).toContain('Answer as chat before: It is in Paris.');
    expect(titlesOf(asked)).toContain('Answer as chat after: It is in Rome.');
  });

  it('is the generation where the edit asks so, beside the answer as text', () => {
    const answer = { generated: { before: 'Paris is', after: 'Rome is' }, generationMatch: false };
    const byChat: Measurement = {
      edit: { ...asked.edit, asText: answer },
      summary: {
        ...asked.summary,
        textMatch: { protocol: 'text match', n: 1, share: { value: 0, n: 1, low: 0, high: 0.8 } },
      },
    };
    expect(headlinesOf(byChat).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['As chat', 'As text']),
    );
    const titles = titlesOf(byChat);
    expect(titles).toContain('Answer as text after: Rome is');
    expect(titles.join('\n')).not.toContain('Answer as chat');
  });

  it('is not there for a model without a chat template', () => {
    const { measurement } = eiffel;
    expect(headlinesOf(measurement).map(({ name }) => name)).not.toContain('As chat');
    expect(titlesOf(measurement).join('\n')).not.toContain('as chat');
  });
});
