import { expect, test } from 'vitest';
import {
  parseEdits,
  problemsOf,
  serialiseEdits,
} from '../../../../src/engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../../../src/engine/errors.ts';
import type { Edit } from '../../../../src/protocol/edits.ts';
import type { Change } from '../../../../src/workbench/edits/language/fixes.ts';
import { spansOf, spellingIn } from '../../../../src/workbench/edits/language/promptSpans.ts';
import { answerIn } from '../../../../src/workbench/edits/newEdit/answerIn.ts';
import { listed } from '../../../../src/workbench/edits/newEdit/askPrompts.ts';
import {
  complaintAbout,
  editOf,
  emptyDraft,
  promptIn,
} from '../../../../src/workbench/edits/newEdit/draft.ts';
import { addition, replacement } from '../../../../src/workbench/edits/newEdit/editText.ts';
import { inSteps, type Step } from '../../../../src/workbench/edits/newEdit/inSteps.ts';
import { subjectCandidates } from '../../../../src/workbench/edits/newEdit/subjectCandidates.ts';
import { withProbes } from '../../../../src/workbench/edits/newEdit/withProbes.ts';
import { sample } from '../../edits/sample.ts';

test.for<[string, string[]]>([
  ['The Eiffel Tower is located in the city of', ['The Eiffel Tower', 'Eiffel Tower']],
  ['The capital of France is', ['France']],
  ['Danielle Darrieux, whose mother tongue is', ['Danielle Darrieux']],
  ['The Place de la Concorde can be found in', ['The Place de la Concorde', 'Place de la Concorde']],
  ['Ludwig van Beethoven was born in', ['Ludwig van Beethoven']],
])('%s: the subject is among the first that are offered', ([prompt, expected]) => {
  const candidates = subjectCandidates(prompt);
  expect(candidates.slice(0, expected.length)).toEqual(expected);
  for (const candidate of candidates) expect(prompt).toContain(candidate);
  expect(candidates).not.toContain(prompt);
});

test('without names its words are offered; small words never', () => {
  expect(subjectCandidates('a carbon atom has how many electrons')).toContain('carbon');
  for (const candidate of subjectCandidates('The capital of the country is')) {
    expect(candidate).not.toMatch(/^(?:of|the|The)$| of$| the$/);
  }
  expect(subjectCandidates('')).toEqual([]);
});

test('a long prompt gives no endless list', () => {
  const spans = spansOf('Word '.repeat(10_000).trim());
  expect(spans.length).toBeLessThanOrEqual(400);
  expect(subjectCandidates('Name of It '.repeat(2000)).length).toBeLessThanOrEqual(12);
});

test('a subject is found as the prompt spells it', () => {
  const prompt = 'In Dvořák’s house  the Café de Flore is in';
  expect(spellingIn(prompt, 'cafe de flore')).toBe('Café de Flore');
  expect(spellingIn(prompt, 'Cafe de Florre')).toBe('Café de Flore');
  expect(spellingIn(prompt, 'Musée d’Orsay')).toBeUndefined();
  expect(spellingIn(prompt, ' ')).toBeUndefined();
});

test.for([
  [' Paris. The Eiffel Tower is', 'Paris'],
  [' New York City, in the', 'New York City'],
  [' 1889 and was finished by Gustave', '1889'],
  ['\n\n', ''],
] as const)('of %j the answer is %j', ([text, answer]) => expect(answerIn(text)).toBe(answer));

test('a draft is checked by the rules of edits files, a value at a time', () => {
  const draft = { ...emptyDraft, prompt: 'Lyon is in', subject: 'Lyon', truth: 'France', target: 'Spain' };
  for (const field of ['prompt', 'subject', 'target.new', 'target.true'] as const) {
    expect(complaintAbout(draft, field)).toBeUndefined();
  }
  expect(complaintAbout({ ...draft, prompt: ' ' }, 'prompt')).toBe('Must not be empty');
  expect(complaintAbout({ ...draft, subject: 'Nice' }, 'subject')).toBe(
    '"Nice" does not occur in the prompt "Lyon is in"',
  );
  expect(complaintAbout({ ...draft, target: 'France ' }, 'target.new')).toMatch(
    /^Is the same as the true target/,
  );
  expect(complaintAbout({ ...draft, target: '' }, 'target.new')).toBe('Must not be empty');
  expect(complaintAbout({ ...draft, target: '' }, 'prompt')).toBeUndefined();
  expect(problemsOf(serialiseEdits({ edits: [editOf({ ...draft, truth: undefined }, 'lyon')] }))).toEqual([]);
});

const applied = (text: string, { offset, length, text: put }: Change) =>
  text.slice(0, offset) + put + text.slice(offset + length);
const edit: Edit = {
  id: 'nice',
  prompt: 'Nice is in',
  subject: 'Nice',
  target: { new: 'Spain', true: 'France' },
  probes: { paraphrase: [{ prompt: 'Where is Nice? In', proposed: true }] },
};

test('an edit is put behind the others, whose text stays as it is', () => {
  const text = serialiseEdits(sample);
  const after = applied(text, addition(text, edit));
  expect(after).toBe(serialiseEdits({ ...sample, edits: [...sample.edits, edit] }));
});

test('a file in a form of its own keeps it', () => {
  const text =
    '{\r\n\t"edits": [\r\n\t\t{"id": "a", "prompt": "A is", "subject": "A", "target": {"new": "b"}} ],\r\n\t"layer": 3\r\n}';
  const after = applied(text, addition(text, edit));
  expect(after.startsWith(text.slice(0, text.indexOf(' ],')))).toBe(true);
  expect(parseEdits(after, 'f').edits.map(({ id }) => id)).toEqual(['a', 'nice']);
  expect(after).toContain('\n\t\t{\n\t\t  "id": "nice"');
});

test('an empty list takes its first edit', () => {
  const text = serialiseEdits({ edits: [] });
  expect(applied(text, addition(text, edit))).toBe(serialiseEdits({ edits: [edit] }));
});

test('an edit takes the place of itself', () => {
  const text = serialiseEdits({ ...sample, edits: [...sample.edits, edit] });
  const more = { ...edit, layer: 7 };
  expect(applied(text, replacement(text, more))).toBe(
    serialiseEdits({ ...sample, edits: [...sample.edits, more] }),
  );
  expect(() => replacement(text, { ...edit, id: 'gone' })).toThrow(InputError);
  expect(() => addition('{"edits": 3}', edit)).toThrow(InputError);
});

test('proposed probes are put behind those that are there, none twice', () => {
  const proposed = {
    paraphrase: [
      { prompt: 'Where is Nice? In', proposed: true as const },
      { prompt: 'Nice is in', proposed: true as const },
      { prompt: 'One finds Nice in', proposed: true as const },
    ],
    neighbourhood: [{ prompt: 'Lyon is in', target: 'France', proposed: true as const }],
  };
  expect(withProbes(edit, proposed).probes).toEqual({
    paraphrase: [
      { prompt: 'Where is Nice? In', proposed: true },
      { prompt: 'One finds Nice in', proposed: true },
    ],
    neighbourhood: proposed.neighbourhood,
  });
  const { probes: _, ...bare } = edit;
  expect(withProbes(bare, { paraphrase: [], neighbourhood: [] })).toEqual(bare);
});

test('a draft may be a turn of a chat, and say all that an edit can', () => {
  const more = { layer: 2, method: 'rome' as const, space: false, hyperparameters: { steps: 40 } };
  const draft = { ...emptyDraft, prompt: 'Lyon is in', subject: 'Lyon', target: 'Spain', chat: true, more };
  const edit = editOf(draft, 'lyon');
  expect(edit.prompt).toEqual([{ role: 'user', content: 'Lyon is in' }]);
  expect(edit).toMatchObject(more);
  expect(problemsOf(serialiseEdits({ edits: [edit] }))).toEqual([]);
  expect(complaintAbout({ ...draft, prompt: ' ' }, 'prompt')).toBe('Must not be empty');
  expect(complaintAbout({ ...draft, more: { layer: 1.5 } }, 'layer')).toBeDefined();
  expect(
    complaintAbout({ ...draft, more: { hyperparameters: { stepz: 1 } as never } }, 'hyperparameters'),
  ).toBeDefined();
  expect(complaintAbout(draft, 'hyperparameters')).toBeUndefined();
});

test('questions are asked in their order, "back" keeps what was typed, giving up ends them', async () => {
  const told: string[] = [];
  const script = ['a', 'back x', 'A', 'b', 'c'];
  const ask =
    (name: string): Step<string> =>
    async (known, step, total) => {
      told.push(`${name} ${step}/${total} ${known}`);
      const answer = script.shift();
      if (answer === undefined) return undefined;
      return answer.startsWith('back') ? { back: known + answer.slice(5) } : { value: known + answer };
    };
  expect(await inSteps('', [ask('first'), ask('second'), ask('third')])).toBe('axAbc');
  expect(told).toEqual(['first 1/3 ', 'second 2/3 a', 'first 1/3 ax', 'second 2/3 axA', 'third 3/3 axAb']);
  expect(await inSteps('', [ask('only')])).toBeUndefined();
});

test('prompts of a list are asked as the edit is, and what is wrong with one is said', () => {
  const probes = { portability: [{ prompt: promptIn('Rome is in', true), target: 'Italy' }] };
  const draft = {
    ...emptyDraft,
    prompt: 'The Prado is in',
    subject: 'The Prado',
    target: 'Lima',
    chat: true,
  };
  const edit = editOf({ ...draft, more: { probes } }, 'prado');
  expect(edit.probes?.portability).toEqual([
    { prompt: [{ role: 'user', content: 'Rome is in' }], target: 'Italy' },
  ]);
  expect(listed({ ...draft, more: { probes } }, { of: 'probes', kind: 'portability' })).toHaveLength(1);
  expect(complaintAbout({ ...draft, more: { probes } }, 'probes')).toBeUndefined();
  const empty = { portability: [{ prompt: 'Rome is in', target: '' }] };
  expect(complaintAbout({ ...draft, more: { probes: empty } }, 'probes')).toBeTruthy();
  const donor = { prompt: 'The Colosseum is in', subject: 'the Forum' };
  expect(complaintAbout({ ...draft, more: { donor } }, 'donor')).toMatch(/does not occur/i);
});
