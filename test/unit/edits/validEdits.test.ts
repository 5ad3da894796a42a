import { describe, expect, it } from 'vitest';
import { parseValidEdits } from '../../../src/engine/editing/editsFile/validEdits.ts';
import { InputError } from '../../../src/engine/errors.ts';

/** One edit that is being written does not hide the others of its file. */

const edit = (id: string, more: object = {}) => ({
  id,
  prompt: 'The Louvre is in',
  subject: 'Louvre',
  target: { new: 'Rome' },
  ...more,
});
const parse = (file: object) => parseValidEdits(JSON.stringify(file, null, 2), 'some.edits.json');
const found = (file: object) => {
  const { content, invalid } = parse(file);
  return {
    valid: content.edits.map(({ id }) => id),
    invalid: invalid.map(({ index, id, problem }) => [index, id, problem.line, problem.message]),
  };
};

describe('the edits that can be used', () => {
  it('are all where all are right', () => {
    expect(found({ edits: [edit('a'), edit('b')] })).toEqual({ valid: ['a', 'b'], invalid: [] });
    expect(found({ edits: [] })).toEqual({ valid: [], invalid: [] });
  });

  it('are those beside an invalid one, of which the first problem is told with its place', () => {
    const wrong = edit('b', { subject: 'Eiffel', layer: 'two' });
    expect(found({ layer: 3, edits: [edit('a'), wrong, { prompt: 'x' }, edit('c')] })).toEqual({
      valid: ['a', 'c'],
      invalid: [
        [1, 'b', 15, '"Eiffel" does not occur in the prompt "The Louvre is in"'],
        [2, undefined, 21, 'is missing'],
      ],
    });
  });

  it('leave out the second of two with one id, also beside one of another form', () => {
    expect(found({ edits: [edit('a'), { id: 'b' }, edit('a'), edit('c')] })).toEqual({
      valid: ['a', 'c'],
      invalid: [
        [1, 'b', 11, 'is missing'],
        [2, 'a', 15, '"a" is already the id of edits[0]'],
      ],
    });
  });

  it('are told in the order of the file, whatever is wrong with them, and by their ids where they have one', () => {
    const twice = edit('a');
    expect(found({ edits: [edit('a'), twice, 5, null, 'text', { id: 7 }, edit('b')] })).toEqual({
      valid: ['a', 'b'],
      invalid: [
        [1, 'a', 12, '"a" is already the id of edits[0]'],
        ...[2, 3, 4, 5].map((index) => [index, undefined, expect.any(Number), expect.any(String)]),
      ],
    });
  });
});

describe('what lies in no single edit', () => {
  it.each([
    ['a text that is not finished', '{ "edits": [ { "id": '],
    ['no list of edits', '{ "edits": 3 }'],
    ['a key of the file', '{ "layers": 3, "edits": [] }'],
    ['a key that is given twice', '{ "edits": [ { "id": "a", "id": "b" } ] }'],
    ['more mistakes than anyone reads', JSON.stringify({ edits: Array(200).fill({}) })],
  ])('%s', (_, text) => {
    expect(() => parseValidEdits(text, 'some.edits.json')).toThrow(InputError);
  });
});
