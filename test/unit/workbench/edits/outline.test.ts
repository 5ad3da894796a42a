import { expect, test } from 'vitest';
import { serialiseEdits } from '../../../../src/engine/editing/editsFile/editsFile.ts';
import type { EditEntry, EditState } from '../../../../src/workbench/edits/editEntry.ts';
import { lensesOver, signatureOf } from '../../../../src/workbench/edits/language/lensPlan.ts';
import { type OutlinedEdit, outlineOf } from '../../../../src/workbench/edits/language/outline.ts';
import { sample } from '../../edits/sample.ts';

const text = serialiseEdits(sample);

function first(of: string): OutlinedEdit {
  const [edit] = outlineOf(of);
  if (edit === undefined) throw new Error('no edit');
  return edit;
}

test('edits and their judged probes are found where they stand', () => {
  const edits = outlineOf(text);
  expect(edits.map(({ id, index }) => [id, index])).toEqual([
    ['eiffel-tower', 0],
    ['lyon', 1],
  ]);
  for (const { offset, length, id } of edits) {
    expect(JSON.parse(text.slice(offset, offset + length)).id).toBe(id);
  }
  expect(
    first(text).probes.map(({ kind, path, offset, length }) => [
      kind,
      path,
      text.slice(offset, offset + length),
    ]),
  ).toEqual([
    ['efficacy', ['prompt'], '"The Eiffel Tower is in the city of"'],
    ['paraphrase', ['probes', 'paraphrase', 0], '{ "prompt": "Where is the Eiffel Tower? In" }'],
    [
      'neighbourhood',
      ['probes', 'neighbourhood', 0],
      '{ "prompt": "The Louvre is in the city of", "target": "Paris" }',
    ],
    ['neighbourhood', ['probes', 'neighbourhood', 1], '{ "prompt": "Big Ben is in", "proposed": true }'],
    [
      'portability',
      ['probes', 'portability', 0],
      '{ "prompt": "From the Eiffel Tower one walks to the", "target": "Colosseum" }',
    ],
    [
      'sameSubject',
      ['probes', 'sameSubject', 0],
      '{ "prompt": "The Eiffel Tower was finished in", "target": "1889" }',
    ],
  ]);
});

test('an unfinished text gives what it has', () => {
  const cut = text.slice(0, text.indexOf('"sameSubject"'));
  expect(first(cut).probes).toHaveLength(5);
  expect(outlineOf('{"edits": [{"id": 3}, {"id": "a", "prompt": 1, "probes": []}, null]}')).toEqual([
    expect.objectContaining({ id: 'a', index: 1, prompt: '', probes: [] }),
  ]);
  for (const nothing of ['', '[]', '{"edits": 3}', '{'.repeat(100_000)])
    expect(outlineOf(nothing)).toEqual([]);
});

const entry = (state: EditState, more: Partial<EditEntry> = {}): EditEntry =>
  ({ key: 'k', id: 'eiffel-tower', state, steps: [], ...more }) as EditEntry;

test('the lenses follow the state of an edit', () => {
  const edit = first(text);
  expect(lensesOver(edit, entry('not-computed'), { listed: true, unsaved: true })).toEqual([
    'state',
    'apply',
    'measure',
    'inspect',
  ]);
  expect(lensesOver(edit, entry('applied'), { listed: true, unsaved: true })).toEqual([
    'state',
    'revert',
    'measure',
    'inspect',
  ]);
  expect(lensesOver(edit, entry('computing'), { listed: true, unsaved: true })).toEqual(['state', 'inspect']);
  expect(lensesOver(edit, undefined, { listed: true, unsaved: true })).toEqual(['save']);
  expect(lensesOver(edit, undefined, { listed: true, unsaved: false })).toEqual(['wrong']);
  expect(lensesOver(edit, undefined, { listed: false, unsaved: false })).toEqual(['add']);
  const [, second] = outlineOf(text);
  if (second === undefined) throw new Error('no second edit');
  expect(lensesOver(second, undefined, { listed: false, unsaved: false })).toEqual([]);
  expect(lensesOver(second, entry('failed'), { listed: true, unsaved: true })).toContain('propose');
});

test('steps of a computation do not make the lenses flicker, a new state does', () => {
  const still = signatureOf([entry('computing')]);
  const step = { step: 1, nll: 1, kl: 0, relativeNorm: 0, milliseconds: 1 };
  expect(signatureOf([entry('computing', { steps: [step] })])).toBe(still);
  expect(signatureOf([entry('applied')])).not.toBe(still);
  expect(signatureOf([entry('computing', { detail: 'x' })])).not.toBe(still);
});

test('prompts are what the model is asked with: turns, or texts that the nearest "chat" makes a turn of', () => {
  const fact = { prompt: 'Where is A?', subject: 'A', target: { new: 'B' } };
  const turns = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'And A?' },
  ];
  const probes = { paraphrase: [{ prompt: 'A is in' }, { prompt: 'A stands in', chat: false }] };
  const edits = [
    { id: 'a', ...fact, probes },
    { id: 'b', ...fact, prompt: turns },
    { id: 'c', ...fact, chat: false },
  ];
  const found = outlineOf(JSON.stringify({ chat: true, edits }));
  expect(found.map(({ prompt }) => prompt)).toEqual([
    [{ role: 'user', content: 'Where is A?' }],
    turns,
    'Where is A?',
  ]);
  expect(found[0]?.probes.map(({ prompt }) => prompt)).toEqual([
    [{ role: 'user', content: 'Where is A?' }],
    [{ role: 'user', content: 'A is in' }],
    'A stands in',
  ]);
  const unfinished = outlineOf('{"edits": [{"id": "a", "prompt": [{"role": "us"}]}]}');
  expect(unfinished[0]).toMatchObject({ prompt: '', probes: [] });
});
