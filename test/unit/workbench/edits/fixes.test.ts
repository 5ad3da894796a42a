import { expect, test } from 'vitest';
import { problemsOf, serialiseEdits } from '../../../../src/engine/editing/editsFile/editsFile.ts';
import type { EditProblem } from '../../../../src/protocol/checks.ts';
import { METHODS } from '../../../../src/protocol/edits.ts';
import { type Finding, findingsOf, findingsWith } from '../../../../src/workbench/edits/language/findings.ts';
import { type Change, type FixContext, fixesFor } from '../../../../src/workbench/edits/language/fixes.ts';
import { sample } from '../../edits/sample.ts';

const text = serialiseEdits(sample);

/** As an editor does it: from the end to the beginning, so that earlier offsets stay true. */
function applied(of: string, changes: readonly Change[]): string {
  return changes
    .toSorted((a, b) => b.offset - a.offset)
    .reduce((so, { offset, length, text: put }) => so.slice(0, offset) + put + so.slice(offset + length), of);
}

async function remedies(of: string, finding: Finding | undefined, context: FixContext = {}) {
  const fixes = finding === undefined ? [] : await fixesFor(of, finding, context);
  return fixes.map(({ kind, value, preferred, changes }) => ({
    kind,
    value,
    preferred,
    after: applied(of, changes),
  }));
}

const errorIn = (of: string) => findingsOf(of).find(({ severity }) => severity === 'error');

test.for<[string, string, string]>([
  ['a misspelt key', '"sameSubject":', '"samSubject":'],
  ['a misspelt method', '"rome-several-keys"', '"rome-several-key"'],
  ['a subject in other capitals', '"subject": "Eiffel Tower"', '"subject": "eiffel tower"'],
  ['a subject with a typing error', '"subject": "Eiffel Tower"', '"subject": "Eifel Tower"'],
])('%s is put right by the first fix', async ([, right, wrong]) => {
  const mistaken = text.replace(right, wrong);
  const [first] = await remedies(mistaken, errorIn(mistaken));
  expect(first).toMatchObject({ preferred: true, after: text });
  expect(errorIn(text)).toBeUndefined();
});

test('an unknown key is removed with its value and its comma', async () => {
  const mistaken = text.replace('"id": "lyon",', '"id": "lyon", "xyzzy": { "a": [1] },');
  const [first, ...more] = await remedies(mistaken, errorIn(mistaken));
  expect(first).toMatchObject({ kind: 'remove', value: 'xyzzy', preferred: false });
  expect(JSON.parse(first?.after ?? '')).toEqual({ version: 1, ...sample });
  expect(more).toEqual([]);
});

test('an id that is taken or no id gets a number or a form of its own', async () => {
  const twice = text.replace('"id": "lyon"', '"id": "eiffel-tower"');
  expect(await remedies(twice, errorIn(twice))).toMatchObject([
    { kind: 'unique-id', value: 'eiffel-tower-2' },
  ]);
  const capitals = text.replace('"id": "lyon"', '"id": "Lyon!"');
  const [fix] = await remedies(capitals, errorIn(capitals));
  expect(problemsOf(fix?.after ?? '')).toEqual([]);
  expect(fix?.value).toBe('lyon');
});

test('an edit without an id gets one, before its first key', async () => {
  const nameless = text.replace(/"id": "lyon",\s*/, '');
  const [fix] = await remedies(nameless, errorIn(nameless));
  expect(JSON.parse(fix?.after ?? '')).toEqual({ version: 1, ...sample });
  expect(fix?.after).toMatch(/\n {6}"id": "lyon",\n {6}"prompt"/);
  const bare = '{"edits": [{}]}';
  expect((await remedies(bare, errorIn(bare)))[0]?.after).toBe('{"edits": [{"id": "edit"}]}');
});

test('of a key that is given twice the second is marked, and taken out', async () => {
  const twice = text.replace('"id": "lyon",', '"id": "lyon", "id": "lyons",');
  const finding = errorIn(twice);
  expect(finding?.offset).toBe(twice.indexOf('"id": "lyons"'));
  const [fix, ...more] = await remedies(twice, finding);
  expect(fix).toMatchObject({ kind: 'remove', value: 'id' });
  expect(JSON.parse(fix?.after ?? '')).toEqual({ version: 1, ...sample });
  expect(more).toEqual([]);
});

test.each([
  ['the first of its keys', '{"edits": [], "a": 1}', '{"x": 2, "edits": [], "a": 1}'],
  ['one in between', '{"edits": [], "a": 1}', '{"edits": [], "x": 2, "a": 1}'],
  ['the last', '{"edits": [], "a": 1}', '{"edits": [], "a": 1, "x": 2}'],
])('an unknown key is taken out with one comma: %s', async (_, right, wrong) => {
  const finding = findingsOf(wrong).find(({ path }) => path.at(-1) === 'x');
  const [fix] = (await remedies(wrong, finding)).filter(({ kind }) => kind === 'remove');
  expect(fix?.after).toBe(right);
});

test('a digest of another model: the digest of the base, if it is known, or none', async () => {
  const problem: EditProblem = { path: ['model', 'digest'], kind: 'digest', severity: 'error', message: '' };
  const [finding] = findingsWith(text, [problem]);
  const digest = `sha256:${'9'.repeat(64)}`;
  const [first, second] = await remedies(text, finding, { digest });
  expect(JSON.parse(first?.after ?? '')).toEqual({
    version: 1,
    ...sample,
    model: { ...sample.model, digest },
  });
  expect(JSON.parse(second?.after ?? '')).toEqual({ version: 1, ...sample, model: { name: 'almanac' } });
  expect(await remedies(text, finding)).toMatchObject([{ kind: 'remove' }]);
});

test('a layer out of range: the edit target, or none', async () => {
  const problem: EditProblem = {
    path: ['edits', 0, 'layer'],
    kind: 'layer-range',
    severity: 'error',
    message: '',
  };
  const [finding] = findingsWith(text, [problem]);
  const [first, second] = await remedies(text, finding, { layer: 12 });
  expect(JSON.parse(first?.after ?? '').edits[0].layer).toBe(12);
  expect(JSON.parse(second?.after ?? '').edits[0]).not.toHaveProperty('layer');
});

test('a subject that ends inside a token takes the rest of it', async () => {
  const shorter = text.replace('"subject": "Eiffel Tower"', '"subject": "Eiffel Tow"');
  const problem: EditProblem = {
    path: ['edits', 0, 'subject'],
    kind: 'token-boundary',
    severity: 'warning',
    message: '',
  };
  const [finding] = findingsWith(shorter, [problem]);
  const tokens = [
    { id: 1, text: 'The', start: 0, end: 3 },
    { id: 2, text: ' Eiffel', start: 3, end: 10 },
    { id: 3, text: ' Tower', start: 10, end: 16 },
  ];
  const [fix] = await remedies(shorter, finding, { tokens: async () => tokens });
  expect(fix).toMatchObject({ value: 'Eiffel Tower', after: text });
  expect(await remedies(shorter, finding)).toEqual([]);
});

test('a proposed probe is marked as checked', async () => {
  const [hint] = findingsOf(text);
  const [fix] = await remedies(text, hint);
  expect(fix?.kind).toBe('checked');
  expect(JSON.parse(fix?.after ?? '').edits[0].probes.neighbourhood[1]).toEqual({ prompt: 'Big Ben is in' });
});

test('a method that is none of ours: the ones that are', async () => {
  const mistaken = text.replace('"rome-several-keys"', '"fine-tuning"');
  const fixes = await remedies(mistaken, errorIn(mistaken));
  expect(fixes.map(({ value, preferred }) => [value, preferred])).toEqual(
    METHODS.map((name) => [name, false]),
  );
  for (const { after } of fixes) expect(problemsOf(after)).toEqual([]);
});

test('where nothing is obvious nothing is offered', async () => {
  const same = text.replace('"new": "Rome"', '"new": "Paris"');
  expect(await remedies(same, errorIn(same))).toEqual([]);
  const foreign = text.replace('"subject": "Eiffel Tower"', '"subject": "Quetzalcoatl"');
  expect(await remedies(foreign, errorIn(foreign))).toEqual([]);
});

test('a space at the end of a prompt is taken away', async () => {
  const mistaken = text.replace('in the city of"', 'in the city of  "');
  const finding = findingsOf(mistaken).find(({ kind }) => kind === 'trailing-space');
  expect(finding).toMatchObject({ severity: 'warning', path: ['edits', 0, 'prompt'] });
  expect(await remedies(mistaken, finding)).toEqual([
    { kind: 'trim', value: 'The Eiffel Tower is in the city of', preferred: true, after: text },
  ]);
});

test('of a subject that stands twice, one is chosen', async () => {
  const twice = text.replace('"The Eiffel Tower is', '"Eiffel Towers: the Eiffel Tower, an Eiffel Tower, is');
  const finding = findingsOf(twice).find(({ kind }) => kind === 'subject-twice');
  const fixes = await remedies(twice, finding);
  expect(fixes.map(({ kind, value }) => [kind, value])).toEqual([
    ['occurrence', '2'],
    ['occurrence', '3'],
  ]);
  for (const { value, after } of fixes) {
    expect(problemsOf(after)).toEqual([]);
    expect(JSON.parse(after).edits[0]).toMatchObject({ subject: 'Eiffel Tower', occurrence: Number(value) });
    expect(findingsOf(after).some(({ kind }) => kind === 'subject-twice')).toBe(false);
  }
});
