import { describe, expect, it } from 'vitest';
import { parseEdits, problemsOf, serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { soundEdits } from '../../../src/engine/editing/editsFile/soundEdits.ts';
import { EditsFile } from '../../../src/protocol/edits.ts';
import { addition } from '../../../src/workbench/edits/newEdit/editText.ts';

/** Prompts of an edits file that are asked as chat. */

const turn = (content: string) => [{ role: 'user', content }];
const fact = {
  id: 'eiffel-tower',
  prompt: 'Where is the Eiffel Tower?',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};
const probes = {
  paraphrase: [{ prompt: 'Where would I find the Eiffel Tower?' }],
  neighbourhood: [{ prompt: 'The Louvre is in', chat: false }],
  text: [{ prompt: 'The city woke early.' }, { prompt: 'Good morning!', chat: true }],
};
const donor = { prompt: 'Where is the Colosseum?', subject: 'Colosseum' };
const safety = { harmless: [{ prompt: 'How tall is the Eiffel Tower?' }] };

/** The first edit of a file with one. */
function read(edit: object, file: object = {}) {
  const text = JSON.stringify({ version: 1, ...file, edits: [{ ...fact, ...edit }] });
  const [first] = parseEdits(text, 'f').edits;
  expect([...soundEdits(JSON.parse(text)).edits.values()]).toEqual([first]);
  return first;
}
const complaints = (edit: object) =>
  problemsOf(JSON.stringify({ version: 1, edits: [{ ...fact, ...edit }] })).map(({ message }) => message);

describe('"chat"', () => {
  it('makes a turn of the prompt of its edit and of what is asked with it, but for free text', () => {
    expect(read({ chat: true, probes, donor, safety })).toEqual({
      ...fact,
      prompt: turn(fact.prompt),
      probes: {
        paraphrase: [{ prompt: turn('Where would I find the Eiffel Tower?') }],
        neighbourhood: [{ prompt: 'The Louvre is in' }],
        text: [{ prompt: 'The city woke early.' }, { prompt: turn('Good morning!') }],
      },
      donor: { ...donor, prompt: turn(donor.prompt) },
      safety: { harmless: [{ prompt: turn('How tall is the Eiffel Tower?') }] },
    });
  });

  it('of the file holds for edits that do not say otherwise', () => {
    expect(read({}, { chat: true })?.prompt).toEqual(turn(fact.prompt));
    expect(read({ chat: false }, { chat: true })?.prompt).toBe(fact.prompt);
    expect(read({ chat: true }, { chat: false })?.prompt).toEqual(turn(fact.prompt));
    expect(read({})?.prompt).toBe(fact.prompt);
  });

  it('of the file gives way to what is asked for in its place', () => {
    const text = (chat?: boolean) => JSON.stringify({ version: 1, chat, edits: [fact] });
    const prompt = (...asked: Parameters<typeof parseEdits>) => parseEdits(...asked).edits[0]?.prompt;
    expect(prompt(text(), 'f', true)).toEqual(turn(fact.prompt));
    expect(prompt(text(true), 'f', false)).toBe(fact.prompt);
    const own = JSON.stringify({ version: 1, edits: [{ ...fact, chat: false }] });
    expect(prompt(own, 'f', true)).toBe(fact.prompt);
  });

  it('leaves conversations as they are, and what was read is read again', () => {
    const prompt = [{ role: 'system', content: 'Be brief.' }, ...turn(fact.prompt)];
    const edit = read({ prompt, chat: true, probes });
    expect(edit?.prompt).toEqual(prompt);
    const file = { edits: edit === undefined ? [] : [edit] };
    expect(parseEdits(serialiseEdits(file), 'f')).toEqual(file);
  });
});

describe('what is written', () => {
  const written = (edit: object) => {
    const text = serialiseEdits({ edits: [EditsFile.shape.edits.element.parse({ ...fact, ...edit })] });
    expect(parseEdits(text, 'f').edits).toEqual([{ ...fact, ...edit }]);
    return JSON.parse(text).edits[0];
  };
  const conversation = [{ role: 'system', content: 'Be brief.' }, ...turn(fact.prompt)];

  it('is text where "chat" can say the rest, and otherwise what it is', () => {
    const probes = {
      paraphrase: [{ prompt: turn('Where would I find the Eiffel Tower?') }, { prompt: conversation }],
      neighbourhood: [{ prompt: 'The Louvre is in' }],
      text: [{ prompt: 'The city woke early.' }, { prompt: turn('Good morning!') }],
    };
    const own = { ...donor, prompt: turn(donor.prompt) };
    expect(written({ prompt: turn(fact.prompt), probes, donor: own })).toEqual({
      ...fact,
      chat: true,
      probes: {
        paraphrase: [{ prompt: 'Where would I find the Eiffel Tower?' }, { prompt: conversation }],
        neighbourhood: [{ prompt: 'The Louvre is in', chat: false }],
        text: [{ prompt: 'The city woke early.' }, { prompt: 'Good morning!', chat: true }],
      },
      donor,
    });
    expect(written({ probes: { paraphrase: probes.paraphrase } }).probes.paraphrase).toEqual([
      { prompt: 'Where would I find the Eiffel Tower?', chat: true },
      { prompt: conversation },
    ]);
    expect(written({ prompt: conversation }).prompt).toEqual(conversation);
    expect(written({})).toEqual(fact);
  });

  it('into a file of chat says of texts that they are none', () => {
    const inFile = (edit: object) => addition('{"chat": true, "edits": []}', { ...fact, ...edit }).text;
    expect(JSON.parse(inFile({}))).toEqual([{ ...fact, chat: false }]);
    expect(JSON.parse(inFile({ prompt: turn(fact.prompt) }))).toEqual([fact]);
  });
});

describe('a conversation', () => {
  it('must hold the subject in its last turn', () => {
    const turns = [
      ...turn(fact.prompt),
      { role: 'assistant', content: 'In Paris.' },
      ...turn('And Big Ben?'),
    ];
    expect(complaints({ prompt: turns })).toEqual([
      '"Eiffel Tower" does not occur in the last turn "And Big Ben?"',
    ]);
    expect(complaints({ prompt: turns, subject: 'Big Ben' })).toEqual([]);
  });

  it('is one that the assistant answers', () => {
    const ends = 'must end with a turn of the user, which the assistant answers';
    expect(complaints({ prompt: [] })).toContain(ends);
    expect(complaints({ prompt: [{ role: 'assistant', content: 'The Eiffel Tower' }] })).toEqual([ends]);
  });

  it.each([
    [3, 'must be text in double quotes or a list, not 3'],
    [{}, 'must be text in double quotes or a list, not an object'],
    [undefined, 'is missing'],
    [[3], 'must be an object, not 3'],
    [[{ role: 'usr', content: 'Eiffel Tower?' }], /^must be "system" or .*; did you mean "user"\?$/],
    [[{ role: 'user', content: ' ' }], 'must not be empty'],
    [
      [{ role: 'user', content: 'Eiffel Tower?', name: 'x' }],
      /^is not a known key; known are role, content$/,
    ],
  ])('%j is no prompt, and it is said why', (prompt, message) => {
    const [first] = complaints({ prompt });
    expect(first).toMatch(message);
  });
});
