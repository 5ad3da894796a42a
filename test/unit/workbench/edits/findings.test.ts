import { expect, test } from 'vitest';
import { serialiseEdits } from '../../../../src/engine/editing/editsFile/editsFile.ts';
import type { EditTarget } from '../../../../src/protocol/editableLayers.ts';
import { METHODS } from '../../../../src/protocol/edits.ts';
import { findingsOf, findingsWith, together } from '../../../../src/workbench/edits/language/findings.ts';
import { layersAgainst } from '../../../../src/workbench/edits/language/layersAgainst.ts';
import { sample } from '../../edits/sample.ts';

const text = serialiseEdits(sample);

/** The findings with the text that is underlined. */
const shown = (of: string) =>
  findingsOf(of).map(({ severity, message, offset, length }) => [
    severity,
    of.slice(offset, offset + length),
    message,
  ]);

test('a sound file gives nothing but its unchecked probes', () => {
  expect(shown(text)).toEqual([
    [
      'hint',
      '{ "prompt": "Big Ben is in", "proposed": true }',
      "Proposed from the model's own knowledge; nobody has checked it yet.",
    ],
  ]);
});

test.for<[string, (text: string) => string, string, string]>([
  [
    'a subject that is not in the prompt',
    (of) => of.replace('"subject": "Eiffel Tower"', '"subject": "Eifel"'),
    '"Eifel"',
    'subject: "Eifel" does not occur in the prompt "The Eiffel Tower is in the city of"',
  ],
  [
    'a target that is the true one',
    (of) => of.replace('"new": "Rome"', '"new": "Paris"'),
    '"Paris"',
    'new: is the same as the true target, so there is nothing to edit',
  ],
  [
    'an unknown method',
    (of) => of.replace('"rome-several-keys"', '"rome-severl-keys"'),
    '"rome-severl-keys"',
    `method: must be ${METHODS.map((name) => `"${name}"`).join(' or ')}; did you mean "rome-several-keys"?`,
  ],
  [
    'a misspelt key',
    (of) => of.replace('"sameSubject"', '"sameSubjects"'),
    '"sameSubjects"',
    'sameSubjects: is not a known key; did you mean "sameSubject"?',
  ],
  [
    'a key that is missing',
    (of) => of.replace('"subject": "Lyon", ', '').replace(/"subject": "Lyon",\s*/, ''),
    '{',
    'subject: is missing',
  ],
  [
    'an edit that is none',
    (of) => of.replace('"edits": [', '"edits": [ 7,'),
    '7',
    'edits[0]: must be an object, not 7',
  ],
])('%s is underlined where it stands', ([, change, underlined, message]) => {
  expect(shown(change(text))).toContainEqual(['error', underlined, message]);
});

test('a file of another kind is told at its first character', () => {
  expect(shown('[1, 2]')).toEqual([['error', '[', 'The file must be an object, not a list']]);
});

test('what is no JSON is left to the JSON support of the editor', () => {
  expect(findingsOf('{ "edits": [ }')).toEqual([]);
  expect(findingsOf('{ "edits": [] // none\n}')).toEqual([]);
  expect(findingsOf('')).toEqual([]);
});

test('a hostile depth is refused, not recursed into', () => {
  expect(findingsOf('['.repeat(1_000_000))).toEqual([]);
});

test('what a model says is put at its place, or at the nearest around it', () => {
  const found = findingsWith(text, [
    { path: ['edits', 0, 'layer'], kind: 'layer-range', severity: 'error', message: 'a' },
    { path: ['edits', 1, 'subject'], kind: 'token-boundary', severity: 'warning', message: 'b' },
    { path: ['model', 'digest', 'absent'], kind: 'digest', severity: 'error', message: 'c' },
    { path: [], kind: 'uneditable', severity: 'error', message: 'd' },
  ]);
  expect(found.map(({ offset, length, message }) => [text.slice(offset, offset + length), message])).toEqual([
    ['0', 'a'],
    ['"Lyon"', 'b'],
    [`"${sample.model?.digest}"`, 'c'],
    ['{', 'd'],
  ]);
});

test('what is said without and with a model is said once, in the words of the model', () => {
  const of = text.replace('"The Eiffel', '"<s>The Eiffel');
  const ofForm = findingsOf(of);
  const [own] = ofForm.filter(({ kind }) => kind === 'chat-markers');
  expect(own).toMatchObject({ path: ['edits', 0, 'prompt'], severity: 'warning' });
  const path = ['edits', 0, 'prompt'];
  const ofBase = findingsWith(of, [{ path, kind: 'chat-markers', severity: 'warning', message: 'more' }]);
  const all = together(ofForm, ofBase);
  expect(all.filter(({ kind }) => kind === 'chat-markers')).toEqual(ofBase);
  expect(all).toHaveLength(ofForm.length);
});

test('a file that is too long to be read as one types is said to be so', () => {
  const long = text.replace('"edits": [', `"edits": [${' '.repeat(2 << 20)}`);
  expect(shown(long)).toEqual([['warning', '{', expect.stringContaining('larger than 2 MB')]]);
});

test('several faults are said at once: of one edit, and of edits with the same id', () => {
  const fact = { prompt: 'Lyon is in', subject: 'Lyon', target: { new: 'Spain' } };
  const of = JSON.stringify({
    edits: [
      { id: 'lyon', ...fact },
      { id: 'lyon', ...fact, subject: 'Nice', target: { new: ' ' }, layer: -1 },
      { id: 'lyon', ...fact, layer: 1.5 },
    ],
  });
  const at = findingsOf(of).map(({ path }) => path.join('.'));
  expect(at).toEqual(
    expect.arrayContaining([
      ...['edits.1.subject', 'edits.1.target.new', 'edits.1.layer', 'edits.1.id'],
      ...['edits.2.layer', 'edits.2.id'],
    ]),
  );
});

test('layers are held against a header, whatever else is wrong', () => {
  const tensors = { tensors: [], shared: false };
  const target = (layer: number, reason: string | null) =>
    ({ ...tensors, layer, editable: reason === null, reason }) as unknown as EditTarget;
  const targets = [target(0, null), target(1, 'It is shared.')];
  const of = JSON.stringify({ layer: 7, edits: [{ layer: 1 }, { layer: 2, id: 3 }, { layer: 0 }, 9] });
  expect(layersAgainst(of, targets).map(({ path, kind }) => [path.join('.'), kind])).toEqual([
    ['layer', 'layer-range'],
    ['edits.0.layer', 'uneditable'],
    ['edits.1.layer', 'layer-range'],
  ]);
  expect(layersAgainst('{"layer": 9', targets)).toHaveLength(1);
  expect(layersAgainst('', targets)).toEqual([]);
});
