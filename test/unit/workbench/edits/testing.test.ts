import { expect, test } from 'vitest';
import { serialiseEdits } from '../../../../src/engine/editing/editsFile/editsFile.ts';
import { probesOf } from '../../../../src/engine/inspection/probes.ts';
import type { ProbeComparison, Reading, TargetReading } from '../../../../src/protocol/probe.ts';
import type { EditEntry } from '../../../../src/workbench/edits/editEntry.ts';
import { outlineOf } from '../../../../src/workbench/edits/language/outline.ts';
import { LinePlaces } from '../../../../src/workbench/edits/linePlaces.ts';
import { askedFor, type Nested } from '../../../../src/workbench/edits/testing/askedFor.ts';
import { numbered, type TestNode, testNodes } from '../../../../src/workbench/edits/testing/testNodes.ts';
import { verdictOf } from '../../../../src/workbench/edits/testing/verdict.ts';
import { sample } from '../../edits/sample.ts';

const uri = { toString: () => 'file:///a.edits.json' } as EditEntry['file'];
const nodes = (text: string) => testNodes(uri, outlineOf(text));
const text = serialiseEdits(sample);

const listed = ({ label, children }: TestNode): unknown =>
  children.length === 0 ? label : { [label]: children.map(listed) };

test('a file lists its edits, an edit its own prompt and then its probes by kind, unjudged text left out', () => {
  expect(nodes(text).map(listed)).toEqual([
    {
      'Eiffel Tower: Paris → Rome': [
        'The Eiffel Tower is in the city of',
        { paraphrase: ['Where is the Eiffel Tower? In'] },
        { neighbourhood: ['The Louvre is in the city of', 'Big Ben is in'] },
        { portability: ['From the Eiffel Tower one walks to the'] },
        { sameSubject: ['The Eiffel Tower was finished in'] },
      ],
    },
    { 'Lyon → Germany': ['Lyon is in'] },
  ]);
});

test('a test says what is to be answered, and stands where its probe does', () => {
  const [edit] = nodes(text);
  const [own, paraphrases, neighbours] = edit?.children ?? [];
  expect(own?.detail).toBe('→ Rome');
  expect(paraphrases?.children.map(({ detail }) => detail)).toEqual(['→ Rome']);
  expect(neighbours?.children.map(({ detail }) => detail)).toEqual(['→ Paris', '']);
  const { offset, length } = neighbours?.children[1]?.span ?? { offset: 0, length: 0 };
  expect(text.slice(offset, offset + length)).toBe('{ "prompt": "Big Ben is in", "proposed": true }');
  const list = neighbours?.span ?? { offset: 0, length: 0 };
  expect(text.slice(list.offset, list.offset + list.length)).toBe('"neighbourhood"');
});

function ids(of: readonly TestNode[]): string[] {
  return of.flatMap(({ id, children }) => [id, ...ids(children)]);
}

test('ids are unique, and stay when something is written before', () => {
  const before = ids(nodes(text));
  expect(new Set(before).size).toBe(before.length);
  const [first, ...others] = sample.edits;
  if (first === undefined) throw new Error('no edit');
  const probes = {
    ...first.probes,
    neighbourhood: [{ prompt: 'New' }, ...(first.probes?.neighbourhood ?? [])],
  };
  const more = serialiseEdits({ ...sample, edits: [...others, { ...first, probes }] });
  expect(new Set(ids(nodes(more)))).toEqual(
    new Set([...before, 'file:///a.edits.json#eiffel-tower/neighbourhood/New']),
  );
});

test('probes that ask the same are told apart, and measured probes find their tests', () => {
  const twice = { ...sample.edits[0], probes: { paraphrase: [{ prompt: 'x' }, { prompt: 'x' }] } };
  const edit = { id: 'a', prompt: 'Lyon is in', subject: 'Lyon', target: { new: 'Spain' }, ...twice };
  const [node] = nodes(serialiseEdits({ edits: [edit] }));
  const leaves =
    node?.children.flatMap((child) => (child.children.length > 0 ? child.children : [child])) ?? [];
  const number = numbered(node?.id ?? '');
  expect(probesOf(edit).map(({ kind, prompt }) => number(kind, prompt))).toEqual(leaves.map(({ id }) => id));
  expect(new Set(leaves.map(({ id }) => id)).size).toBe(3);
});

/** Items as VS Code holds them. */
class Item implements Nested<Item> {
  readonly id: string;
  readonly parent: Item | undefined;
  readonly children = new Map<string, Item>();

  constructor(id: string, parent?: Item) {
    this.id = id;
    this.parent = parent;
    parent?.children.set(id, this);
  }
}

function tree() {
  const file = new Item('file');
  const [a, b] = [new Item('a', file), new Item('b', file)];
  const group = new Item('a/p', a);
  return { file, a, b, group, a1: new Item('a/1', a), p1: new Item('a/p/1', group), b1: new Item('b/1', b) };
}

const asked = (include: Item[], exclude: Item[]) =>
  askedFor(include, exclude, ({ id }) => id === 'a' || id === 'b').map(({ edit, probes }) => [
    edit.id,
    probes.map(({ id }) => id),
  ]);

test('a request is answered edit by edit, each probe once, without what is excluded', () => {
  const { file, a, b, group, a1, p1, b1 } = tree();
  expect(asked([file], [])).toEqual([
    ['a', ['a/p/1', 'a/1']],
    ['b', ['b/1']],
  ]);
  expect(asked([p1, file, group], [b])).toEqual([['a', ['a/p/1', 'a/1']]]);
  expect(asked([b1, a1], [])).toEqual([
    ['b', ['b/1']],
    ['a', ['a/1']],
  ]);
  expect(asked([a], [group, a1])).toEqual([]);
  expect(asked([new Item('a')], [])).toEqual([]);
});

test('offsets become lines and columns, whatever ends a line', () => {
  const lines = new LinePlaces('ab\r\ncd\n\nef');
  expect([0, 3, 4, 6, 7, 8, 10].map((offset) => lines.at(offset))).toEqual([
    { line: 0, column: 0 },
    { line: 0, column: 3 },
    { line: 1, column: 0 },
    { line: 1, column: 2 },
    { line: 2, column: 0 },
    { line: 3, column: 0 },
    { line: 3, column: 2 },
  ]);
});

const target = (nll: number, accuracy: number): TargetReading => ({
  nll,
  total: nll,
  meanP: Math.exp(-nll),
  p: Math.exp(-nll),
  rank: accuracy === 1 ? 1 : 7,
  accuracy,
  argmax: [],
});
const reading = (token: string, more: Partial<Reading> = {}): Reading => ({
  top: [{ token, id: 1, p: 0.5 }],
  ...more,
});
const comparison = (more: Partial<ProbeComparison>): ProbeComparison => ({
  probe: { edit: 'a', kind: 'efficacy', prompt: 'Lyon is in', targetNew: 'Spain', targetTrue: 'France' },
  before: reading(' France'),
  after: reading(' France'),
  kl: 0,
  agreement: 1,
  protocol: 'counterfact',
  passedBefore: false,
  passedAfter: false,
  changed: false,
  ...more,
});

test('a failing edit shows what was wanted and what is answered, with the figures of its protocol', () => {
  const verdict = verdictOf(
    comparison({ after: reading(' Fran', { new: target(3.1, 0), true: target(0.25, 1) }) }),
  );
  expect(verdict).toEqual({
    summary:
      'counterfact: "France" is likelier than "Spain": 0.250 against 3.10 nats per token. Likeliest now: Fran 50.0 %',
    expected: 'Spain\n"Spain" is likelier than "France"\n\nLyon is in\n',
    actual: 'France\n"France" is likelier than "Spain": 0.250 against 3.10 nats per token\n\nLyon is in\n',
  });
});

test('a neighbour that changed wants its own answer', () => {
  const probe = {
    edit: 'a',
    kind: 'neighbourhood',
    prompt: 'Nice is in',
    targetNew: 'Spain',
    targetTrue: 'France',
  } as const;
  const { expected, actual } = verdictOf(
    comparison({ probe, after: reading('Spain', { new: target(0.5, 1), true: target(2, 0) }) }),
  );
  expect(expected).toBe('France\n"France" is likelier than "Spain"\n\nNice is in\n');
  expect(actual).toBe(
    'Spain\n"Spain" is likelier than "France": 0.500 against 2.00 nats per token\n\nNice is in\n',
  );
});

test('a neighbour without an answer wants the one before', () => {
  const probe = { edit: 'a', kind: 'neighbourhood', prompt: 'Nice is in', targetNew: 'Spain' } as const;
  const verdict = verdictOf(comparison({ probe, protocol: 'unchanged', after: reading(' Spain') }));
  expect(verdict.expected).toBe(
    'France\nthe likeliest token is " France", as before the edit\n\nNice is in\n',
  );
  expect(verdict.actual).toBe('Spain\nthe likeliest token is " Spain"\n\nNice is in\n');
});

test("another fact of the subject wants the answer before, however unlikely the edit's new one", () => {
  const probe = {
    edit: 'a',
    kind: 'sameSubject',
    prompt: 'The Eiffel Tower is located in the country of',
    targetNew: 'Rome',
    targetTrue: 'France',
  } as const;
  const before = reading(' France', { new: target(9, 0), true: target(0.1, 1) });
  const after = reading(' Italy', { new: target(9, 0), true: target(2, 0) });
  const verdict = verdictOf(comparison({ probe, protocol: 'unchanged', before, after, agreement: 0 }));
  expect(verdict.expected.split('\n')).toEqual([
    'France',
    'every likeliest token at the places of "France" is the one before the edit',
    '',
    probe.prompt,
    '',
  ]);
  expect(verdict.actual.split('\n')).toEqual([
    'Italy',
    '0 % of the likeliest tokens at the places of "France" are those before the edit',
    '',
    probe.prompt,
    '',
  ]);
});

test('an answer of several tokens is told by its share', () => {
  const probe = {
    edit: 'a',
    kind: 'portability',
    prompt: 'One pays in',
    targetNew: 'pesetas of Spain',
  } as const;
  const verdict = verdictOf(
    comparison({ probe, protocol: 'teacher-forced', after: reading(' euros', { new: target(1, 2 / 3) }) }),
  );
  expect(verdict.expected).toBe(
    'pesetas of Spain\nevery token of "pesetas of Spain" is the likeliest at its place\n\nOne pays in\n',
  );
  expect(verdict.actual).toBe(
    'euros\n67 % of the tokens of "pesetas of Spain" are the likeliest at their place\n\nOne pays in\n',
  );
});

test('an answer that is likelier than the true one, and not the likeliest, is a failure', () => {
  const after = reading(' Portugal', { new: target(1, 0), true: target(2, 0) });
  const { summary, expected, actual } = verdictOf(comparison({ after, passedAfter: true }));
  expect(summary).toContain('0 % of the tokens of "Spain" are the likeliest at their place');
  expect(expected.split('\n')[0]).toBe('Spain');
  expect(actual.split('\n')[0]).toBe(' Portugal'.trim());
});

test('both texts differ wherever a probe fails', () => {
  const same = comparison({ after: reading(' Spain', { new: target(0.7, 1), true: target(0.6, 0.5) }) });
  const { expected, actual } = verdictOf(same);
  expect(actual.split('\n')[0]).toBe(expected.split('\n')[0]);
  expect(actual).not.toBe(expected);
});
