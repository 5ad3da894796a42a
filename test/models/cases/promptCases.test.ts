import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { almanac, Workplace } from '../cli/palimpsest.ts';

/** Prompts and records as users of this field's tools have them, by the real program. */

let place: Workplace;
beforeAll(async () => {
  place = await Workplace.open();
});
afterAll(() => place[Symbol.asyncDispose]());

const eiffel = 'The Eiffel Tower is located in the city of';
const edit = (prompt: string, subject: string) => ({
  id: 'one',
  prompt,
  subject,
  target: { new: 'Rome', true: 'Paris' },
});

describe('check warns of', () => {
  it.each([
    [
      'a subject that stands twice',
      edit('The Eiffel Tower, taller than the Tower of Pisa, is in', 'Tower'),
      /stands 2 times/,
    ],
    ['a prompt that ends in a space', edit(`${eiffel} `, 'The Eiffel Tower'), /ends in a space/],
    [
      "a chat template's markers",
      edit('<|im_start|>user\nWhere is the Eiffel Tower?<|im_end|>\n', 'Eiffel Tower'),
      /chat markers \("<\|im_start\|>"/,
    ],
    [
      'the markers of another',
      edit('[INST] Where is the Eiffel Tower? [/INST]', 'Eiffel Tower'),
      /chat markers \("\[INST\]"/,
    ],
  ])('%s', async (_, one, says) => {
    await writeFile(place.path('one.edits.json'), JSON.stringify({ edits: [one] }));
    const { code, out } = await place.run(['check', almanac, '--edits', 'one.edits.json']);
    expect(out).toMatch(/warning/);
    expect(out).toMatch(says);
    expect(code).toBe(0);
  });

  it('nothing in an edit that is fine', async () => {
    await writeFile(
      place.path('one.edits.json'),
      JSON.stringify({ edits: [edit(eiffel, 'The Eiffel Tower')] }),
    );
    const { code, out } = await place.run(['check', almanac, '--edits', 'one.edits.json']);
    expect(out).not.toMatch(/warning/);
    expect(code).toBe(0);
  });
});

const rewrite = {
  prompt: '{} is located in the city of',
  subject: 'The Eiffel Tower',
  target_new: { str: 'Rome' },
  target_true: { str: 'Paris' },
};
const record = {
  case_id: 0,
  requested_rewrite: rewrite,
  paraphrase_prompts: ['The Eiffel Tower can be found in'],
  neighborhood_prompts: ['The Louvre is located in the city of'],
};
const known = { subject: 'The Eiffel Tower', prompt: eiffel, target_new: 'Rome', ground_truth: 'Paris' };
const asked = { prompt: 'The builder of The Eiffel Tower is' };

describe('import takes', () => {
  it.each<readonly [string, string | Uint8Array, number]>([
    ['JSON Lines', `${JSON.stringify(record)}\n${JSON.stringify(record)}\n`, 2],
    ['a record alone', JSON.stringify(record), 1],
    ['records by their numbers', JSON.stringify({ 0: record, 1: record }), 2],
    ['a file with a byte order mark', `\ufeff${JSON.stringify([record])}`, 1],
    ['UTF-16', Buffer.from(`\ufeff${JSON.stringify([record])}`, 'utf16le'), 1],
    ['line ends of Windows', JSON.stringify([record], null, 1).replaceAll('\n', '\r\n'), 1],
    [
      'a request without its true answer',
      JSON.stringify([{ requested_rewrite: { ...rewrite, target_true: undefined } }]),
      1,
    ],
    ['null for what is absent', JSON.stringify([{ ...known, portability: null, rephrase: null }]), 1],
    [
      'a record of which one probe cannot be used',
      JSON.stringify([{ ...known, locality: { Relation_Specificity: [{ ...asked, ground_truth: [[]] }] } }]),
      1,
    ],
    [
      'lists beside one another',
      JSON.stringify({ prompts: [eiffel], subject: ['The Eiffel Tower'], target_new: ['Rome'] }),
      1,
    ],
  ])('%s', async (_, content, edits) => {
    await writeFile(place.path('records.json'), content);
    const args = ['import', 'records.json', '--format', 'counterfact', '--out', 'made.edits.json'];
    const { code, out, err } = await place.run(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^${edits} edits? written`));
    expect((await place.run(['check', almanac, '--edits', 'made.edits.json'])).code).toBe(0);
  });

  it('no text of another encoding', async () => {
    await writeFile(place.path('records.json'), Buffer.from('[{"subject": "Thé"}]', 'latin1'));
    const { code, err } = await place.run([
      'import',
      'records.json',
      '--format',
      'counterfact',
      '--out',
      'x',
    ]);
    expect(err).toMatch(/is not UTF-8 text/);
    expect(code).toBe(2);
  });
});
