import { describe, expect, it } from 'vitest';
import { wordings } from '../../../src/engine/inspection/wordings.ts';

describe('other ways to ask', () => {
  it('are several dozens, all different, none the prompt itself, each with its subject', () => {
    const prompt = 'The Eiffel Tower is located in the city of';
    const found = wordings(prompt, 'Eiffel Tower');
    expect(found.length).toBeGreaterThanOrEqual(24);
    expect(new Set(found).size).toBe(found.length);
    expect(found).not.toContain(prompt);
    for (const wording of found) {
      expect(wording).toContain('Eiffel Tower');
      expect(wording).not.toMatch(/[{}<>]|undefined| {2}/);
      expect(wording).toMatch(/^\S.*\S$/);
    }
  });

  it('follow the kind of the fact, and the kind of place that is asked for', () => {
    const found = wordings('The Eiffel Tower is located in the city of', 'The Eiffel Tower');
    expect(found).toContain('To see the Eiffel Tower, travel to');
    expect(found).toContain('Q: In which city is the Eiffel Tower? A:');
    const country = wordings('Skansen is located in the country of', 'Skansen');
    expect(country).toContain('Q: In which country is Skansen? A:');
    const plain = wordings('Skansen is in', 'Skansen');
    expect(plain).toContain('Q: Where is Skansen? A:');
    expect(plain.join('\n')).not.toMatch(/Which|which/);
  });

  it('leave the article of a title as it is', () => {
    const found = wordings('The Prague Cemetery was written by', 'The Prague Cemetery');
    expect(found).toContain('Q: Who wrote The Prague Cemetery? A:');
    expect(found).toContain('In fact, The Prague Cemetery was written by');
    expect(wordings('The Prius is a car made by', 'Prius')).toContain('In fact, the Prius is a car made by');
  });

  it('follow the shape of the sentence where the kind is unknown', () => {
    expect(wordings('The currency of Peru is', 'Peru')).toContain("Peru's currency is");
    expect(wordings('Miles Davis plays the', 'Miles Davis')).toContain('Miles Davis, as you know, plays the');
  });

  it('put any prompt into frames, inside a sentence without its capital unless it is a name', () => {
    const prompt = 'In 1889, the tower that opened was called Eiffel';
    expect(wordings(prompt, 'Eiffel')).toContain('Here is a fact. '.concat(prompt));
    expect(wordings('The mother tongue of Goethe was', 'Goethe')).toContain(
      'As everybody knows, the mother tongue of Goethe was',
    );
    expect(wordings('Goethe spoke', 'Goethe')).toContain('As everybody knows, Goethe spoke');
  });

  it('take subjects literally that look like patterns', () => {
    const found = wordings('$& {p} <kind> is located in the city of', '$& {p} <kind>');
    expect(found).toContain('To see $& {p} <kind>, travel to');
    expect(found).toContain('Here is a fact. $& {p} <kind> is located in the city of');
  });
});
