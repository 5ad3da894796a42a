import { describe, expect, it } from 'vitest';
import { importRecords } from '../../../src/engine/datasets/index.ts';
import type { Format } from '../../../src/protocol/datasets.ts';

const fact = {
  prompt: 'The Eiffel Tower is in the city of',
  subject: 'The Eiffel Tower',
  target_new: 'Rome',
};
const edit = {
  id: 'the-eiffel-tower',
  prompt: 'The Eiffel Tower is in the city of',
  subject: 'The Eiffel Tower',
  target: { new: 'Rome' },
};
const rewrite = {
  requested_rewrite: { prompt: '{} is in the city of', subject: fact.subject, target_new: { str: 'Rome' } },
};
const imported = (format: Format, value: unknown) => importRecords(format, JSON.stringify(value), 'f.json');
/** The only edit, without keys that are undefined. */
async function only(format: Format, record: unknown): Promise<unknown> {
  const { file, skipped, dropped } = await imported(format, [record]);
  expect([...skipped, ...dropped]).toEqual([]);
  expect(file.edits).toHaveLength(1);
  return JSON.parse(JSON.stringify(file.edits[0]));
}
const probes = async (record: object) => {
  const { file, dropped } = await imported('knowedit', [{ ...fact, ...record }]);
  return {
    probes: JSON.parse(JSON.stringify(file.edits[0]?.probes ?? {})),
    dropped: dropped.map(({ reason }) => reason),
  };
};

describe('a request in any of its published forms', () => {
  it.each<[string, Format, object]>([
    ["EasyEdit's", 'knowedit', fact],
    ["EasyEdit's under another name", 'zsre', fact],
    ["MEMIT's, without a true target", 'counterfact', rewrite],
    [
      "AlphaEdit's, flat, with a space before the target",
      'counterfact',
      { case_id: 0, prompt: '{} is in the city of', subject: fact.subject, target_new: { str: ' Rome' } },
    ],
    ['with the place named', 'counterfact', { ...fact, prompt: '{subject} is in the city of' }],
    ['with nothing for an answer that holds', 'knowedit', { ...fact, ground_truth: null }],
    ['with an empty list for it', 'knowedit', { ...fact, ground_truth: [] }],
    ['with an empty text for it', 'knowedit', { ...fact, ground_truth: ' ' }],
    ['with several forms of the new answer', 'knowedit', { ...fact, target_new: [['Rome', 'Roma']] }],
    ['as a row of a data set viewer', 'knowedit', { row_idx: 0, row: fact, truncated_cells: [] }],
    ['with spaces around its subject', 'counterfact', { ...fact, subject: ' The Eiffel Tower ' }],
    [
      'with its subject in other capitals',
      'zsre',
      { src: fact.prompt, subject: 'the eiffel tower', alt: 'Rome' },
    ],
  ])('is an edit: %s', async (_, format, record) => {
    expect(await only(format, record)).toEqual({ ...edit, probes: {} });
  });

  it.each<[string, object]>([
    ['ground_truth', { ...fact, ground_truth: ['Paris'] }],
    ['target_true', { ...fact, target_true: ' Paris' }],
    ['target_old', { ...fact, target_old: 'Paris' }],
    ['target_false', { ...fact, target_new: undefined, target_false: ' Rome', target_true: ' Paris' }],
  ])('has the answer that holds: %s', async (_, record) => {
    expect(await only('counterfact', record)).toEqual({
      ...edit,
      target: { new: 'Rome', true: 'Paris' },
      probes: {},
    });
  });

  it('may be in parallel lists', async () => {
    const lists = {
      prompts: ['a is', 'b is'],
      subject: ['a', 'b'],
      target_new: ['x', 'y'],
      ground_truth: ['p', null],
      rephrase_prompts: ['say a', 'say b'],
      locality_inputs: { neighborhood: { prompt: ['c is', null], ground_truth: ['z', null] } },
      portability_inputs: {
        one_hop: { prompt: [['d is', 'e is'], 'f is'], ground_truth: [['u', 'v'], 'w'] },
      },
    };
    const { file, unused } = await imported('knowedit', lists);
    expect(unused).toEqual([]);
    expect(JSON.parse(JSON.stringify(file.edits))).toEqual([
      {
        id: 'a',
        prompt: 'a is',
        subject: 'a',
        target: { new: 'x', true: 'p' },
        probes: {
          paraphrase: [{ prompt: 'say a' }],
          neighbourhood: [{ prompt: 'c is', target: 'z' }],
          portability: [
            { prompt: 'd is', target: 'u' },
            { prompt: 'e is', target: 'v' },
          ],
        },
      },
      {
        id: 'b',
        prompt: 'b is',
        subject: 'b',
        target: { new: 'y' },
        probes: { paraphrase: [{ prompt: 'say b' }], portability: [{ prompt: 'f is', target: 'w' }] },
      },
    ]);
    const second = await importRecords('knowedit', JSON.stringify(lists), 'f.json', { from: 1 });
    expect(second.file.edits.map(({ id }) => id)).toEqual(['b']);
  });

  it('of mzsRE has an edit in each language', async () => {
    const part = (src: string, subject: string) => ({ src, subject, alt: 'Rome', answers: ['Paris'] });
    const languages = {
      en: part('Where is Oz?', 'Oz'),
      'zh-cn': part('奥兹在哪里？', '奥兹'),
      de: { src: 'Wo?' },
    };
    const { file, skipped } = await imported('zsre', [languages, languages]);
    expect(file.edits.map(({ prompt }) => prompt)).toEqual([
      'Where is Oz?',
      '奥兹在哪里？',
      'Where is Oz?',
      '奥兹在哪里？',
    ]);
    expect(skipped).toMatchObject([
      { index: 0, reason: 'de: subject is missing; alt is missing' },
      { index: 1, reason: 'de: subject is missing; alt is missing' },
    ]);
  });

  it('of CKnowEdit names no subject, and is refused for that', async () => {
    const record = {
      prompt: '法国的首都是',
      target_old: '巴黎',
      target_new: '罗马',
      rephrase: ['法国首都在哪里'],
    };
    await expect(imported('knowedit', [record])).rejects.toThrow('subject is missing, and so is concept');
    expect(await only('knowedit', { ...record, subject: '法国' })).toMatchObject({
      target: { new: '罗马', true: '巴黎' },
      probes: { paraphrase: [{ prompt: '法国首都在哪里' }] },
    });
  });
});

describe('the place of the subject', () => {
  it('is kept where the subject stands elsewhere too', async () => {
    const prompt = 'In Paris, the seat of {} is in the city of Paris called';
    const { requested_rewrite } = rewrite;
    const placed = { requested_rewrite: { ...requested_rewrite, prompt, subject: 'Paris' } };
    expect(await only('counterfact', placed)).toMatchObject({
      prompt: 'In Paris, the seat of Paris is in the city of Paris called',
      occurrence: 2,
    });
    expect(await only('counterfact', rewrite)).not.toHaveProperty('occurrence');
    expect(
      await only('counterfact', { ...fact, prompt: `${fact.subject}: ${fact.prompt}` }),
    ).not.toHaveProperty('occurrence');
  });

  it('is filled in paraphrases as well', async () => {
    const record = { ...rewrite, paraphrase_prompts: ['Where is {}? In'] };
    expect(await only('counterfact', record)).toMatchObject({
      probes: { paraphrase: [{ prompt: 'Where is The Eiffel Tower? In' }] },
    });
  });
});

describe('probes', () => {
  it.each<[string, object, object]>([
    ['rephrase', { rephrase: 'a' }, { paraphrase: [{ prompt: 'a' }] }],
    ['rephrase, a list', { rephrase: ['a', 'b'] }, { paraphrase: [{ prompt: 'a' }, { prompt: 'b' }] }],
    ['rephrase_prompt', { rephrase_prompt: '{} a' }, { paraphrase: [{ prompt: 'The Eiffel Tower a' }] }],
    ['rephrase_prompts', { rephrase_prompts: ['a'] }, { paraphrase: [{ prompt: 'a' }] }],
    ['paraphrase_prompts', { paraphrase_prompts: ['a'] }, { paraphrase: [{ prompt: 'a' }] }],
    [
      'locality_prompt',
      { locality_prompt: 'a', locality_ground_truth: 'b' },
      { neighbourhood: [{ prompt: 'a', target: 'b' }] },
    ],
    [
      'portability_prompt',
      { portability_prompt: ['a', 'c'], portability_ground_truth: ['b', ['d']] },
      {
        portability: [
          { prompt: 'a', target: 'b' },
          { prompt: 'c', target: 'd' },
        ],
      },
    ],
    [
      'lists of questions with answers',
      { locality: [{ prompt: 'a', answer: 'b' }], portability: [{ prompt: 'c', answer: 'd' }] },
      { neighbourhood: [{ prompt: 'a', target: 'b' }], portability: [{ prompt: 'c', target: 'd' }] },
    ],
    [
      'other facts of the subject, and other subjects',
      {
        locality: {
          Relation_Specificity: [{ prompt: 'a', ground_truth: [['b', 'x']] }],
          Forgetfulness: [{ prompt: 'c', ground_truth: 'd' }],
          neighborhood: { prompt: ['e'], ground_truth: ['f'] },
        },
      },
      {
        neighbourhood: [{ prompt: 'e', target: 'f' }],
        sameSubject: [
          { prompt: 'a', target: 'b' },
          { prompt: 'c', target: 'd' },
        ],
      },
    ],
    ['null', { rephrase: null, portability: null, locality: { Forgetfulness: null } }, {}],
  ])('are taken from %s', async (_, record, expected) => {
    expect(await probes(record)).toEqual({ probes: expected, dropped: [] });
  });

  it.each<[string, object, object, string]>([
    ['an empty list', { ground_truth: [] }, {}, 'locality.Forgetfulness[1].ground_truth is missing'],
    [
      'a list of an empty one',
      { ground_truth: [[]] },
      {},
      'locality.Forgetfulness[1].ground_truth is missing',
    ],
    ['null', { ground_truth: null }, {}, 'locality.Forgetfulness[1].ground_truth is missing'],
    [
      'an empty text',
      { ground_truth: [['']] },
      {},
      'locality.Forgetfulness[1].ground_truth must not be empty',
    ],
    [
      'a number',
      { ground_truth: 3 },
      {},
      'locality.Forgetfulness[1].ground_truth must be text in double quotes, not 3',
    ],
    ['an empty prompt', { prompt: '' }, {}, 'locality.Forgetfulness[1].prompt must not be empty'],
    ['two faults', { prompt: '', ground_truth: [] }, {}, 'locality.Forgetfulness[1].ground_truth is missing'],
  ])('with %s are dropped, and nothing else', async (_, change, __, reason) => {
    const asked = { prompt: 'a', ground_truth: 'b' };
    const Forgetfulness = [asked, { ...asked, ...change }, asked];
    const kept = { prompt: 'a', target: 'b' };
    expect(await probes({ locality: { Forgetfulness } })).toEqual({
      probes: { sameSubject: [kept, kept] },
      dropped: [reason],
    });
    expect(await probes({ locality: { Forgetfulness: [{ ...asked, ...change }] } })).toEqual({
      probes: {},
      dropped: [reason.replace('[1]', '[0]')],
    });
  });

  it('of no known form are dropped as a whole', async () => {
    expect(await probes({ locality: 'none', portability: { Reasoning: 'none' }, rephrase: 3 })).toEqual({
      probes: {},
      dropped: [
        'rephrase must be a list, not 3',
        'portability.Reasoning must be a list, not text in double quotes',
        'locality must be an object, not text in double quotes',
      ],
    });
  });

  it('of zsRE are dropped one by one', async () => {
    const record = {
      src: fact.prompt,
      subject: fact.subject,
      alt: 'Rome',
      rephrase: '',
      loc: 'who',
      loc_ans: [],
    };
    const { file, dropped } = await imported('zsre', [record]);
    expect(JSON.parse(JSON.stringify(file.edits[0]?.probes))).toEqual({
      neighbourhood: [{ prompt: 'who?' }],
    });
    expect(dropped.map(({ reason }) => reason)).toEqual(['rephrase must not be empty', 'loc_ans is missing']);
    const whole = { ...record, rephrase: 'a {}', loc: 'who?', loc_ans: ['b'] };
    const portability = { 'Recalled Relation': '', 'New Question': 'c?', 'New Answer': 'd' };
    expect(await only('zsre', { ...whole, portability })).toMatchObject({
      probes: {
        paraphrase: [{ prompt: 'a The Eiffel Tower' }],
        neighbourhood: [{ prompt: 'who?', target: 'b' }],
        portability: [{ prompt: 'c?', target: 'd' }],
      },
    });
  });

  it('end their lines as the file of edits does', async () => {
    expect(await probes({ rephrase: 'a\r\nb\rc' })).toMatchObject({
      probes: { paraphrase: [{ prompt: 'a\nb\nc' }] },
    });
  });
});

describe('other forms', () => {
  it('lose single probes as well', async () => {
    const safe = {
      'adversarial prompt': 'Tell me: where?',
      question: 'where?',
      'safe generation': 'No.',
      'generalization test': {
        'test input of only harmful question': 'where?',
        'test input of other question input': '',
      },
      'harmless prompts': ['bell \u0007', 'fine'],
    };
    const { file, dropped } = await imported('safeedit', [safe]);
    expect(JSON.parse(JSON.stringify(file.edits[0]))).toMatchObject({
      target: { new: 'No.' },
      safety: { onlyQuestion: [{ prompt: 'where?' }], harmless: [{ prompt: 'fine' }] },
    });
    expect(dropped.map(({ reason }) => reason)).toEqual([
      '["generalization test"]["test input of other question input"] must not be empty',
      'safety.harmless[0].prompt must not contain control characters',
    ]);
    const asked = { prompt: '{} is in', subject: 'Oz', target_new: { str: 'x' }, question: null };
    const quake = { requested_rewrite: [asked], questions: ['', 'who?'], new_answer: 'y' };
    const several = await imported('mquake', [quake]);
    expect(JSON.parse(JSON.stringify(several.file.edits))).toEqual([
      {
        id: 'oz',
        prompt: 'Oz is in',
        subject: 'Oz',
        target: { new: 'x' },
        probes: { portability: [{ prompt: 'who?', target: 'y' }] },
      },
    ]);
    expect(several.dropped).toMatchObject([{ index: 0, line: 1, reason: 'questions[0] must not be empty' }]);
  });

  it('tell a subject in other capitals only where it has as many letters', async () => {
    const record = { ...fact, prompt: 'İstanbul is in', subject: 'istanbul' };
    await expect(imported('knowedit', [record])).rejects.toThrow(/does not occur in the prompt/);
  });
});

describe('keys that nothing is made of', () => {
  it('are named', async () => {
    const { unused } = await imported('knowedit', [
      { ...fact, cond: 'x' },
      { ...fact, cond: 'y', pred: 'z' },
    ]);
    expect(unused).toEqual(['cond', 'pred']);
    const { unused: none } = await imported('knowedit', [
      { ...fact, locality_prompt: 'a', locality_ground_truth: 'b' },
    ]);
    expect(none).toEqual([]);
  });
});
