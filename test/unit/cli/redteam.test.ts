import { expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import type { EngineApi } from '../../../src/engine/work/engineApi.ts';
import type { Attack, Redteamed, Resisted } from '../../../src/protocol/redteam.ts';
import { engineWith } from '../engineWith.ts';

async function run(args: readonly string[], methods: Partial<EngineApi>) {
  const written = { out: '', err: '' };
  const stream = (to: keyof typeof written) => ({
    isTTY: false,
    write: (text: string | Uint8Array) => {
      written[to] += String(text);
      return true;
    },
  });
  const terminal = processTerminal(stream('out'), stream('err'), {});
  const code = await runCli(args, terminal, engineWith(methods), new AbortController().signal);
  return { code, ...written };
}

const about = { model: 'm.gguf', digest: 'sha256:0', tool: 'palimpsest 0', method: 'rome' } as const;
const fact = (id: string) => ({ id, prompt: `${id} is in`, subject: id, target: { new: 'Oslo' } });
const said = (after: string, before = 'Paris') => ({ before, after, target: after === 'Oslo' });
const works: Attack = {
  edit: fact('louvre'),
  refused: null,
  relativeNorm: 0.5,
  works: { text: said('Oslo'), chat: said('Bergen') },
  review: { verdict: 'edited', confidence: 'high', subject: 2, object: null },
  reversal: { measured: null, says: { text: said('Paris', 'Oslo'), chat: said('Oslo', 'Bergen') } },
};
const refused: Attack = {
  edit: fact('peru'),
  refused: 'There is no donor.',
  relativeNorm: null,
  works: null,
  review: null,
  reversal: null,
};

it('redteam tells in one table whether an edit works, is seen and is undone, each way', async () => {
  const result: Redteamed = { ...about, use: 'misinformation', attacks: [works, refused] };
  const asked: unknown[] = [];
  const redteam = async (params: unknown) => {
    asked.push(params);
    return result;
  };
  const args = ['redteam', 'm.gguf', '--use', 'misinformation', '--method', 'rome', '--set', 'steps=3'];
  const { code, out } = await run(args, { redteam });
  expect(code).toBe(0);
  expect(asked).toMatchObject([
    { model: 'm.gguf', use: 'misinformation', method: 'rome', hyperparameters: { steps: 3 } },
  ]);
  const row = out.split('\n').find((line) => line.startsWith('louvre'));
  expect(row?.split(/\s{2,}/)).toEqual([
    'louvre',
    'Oslo',
    '0.500',
    'yes',
    'no',
    'edited (high)',
    '2.',
    '–',
    'yes, as before',
    'no',
  ]);
  expect(out).toContain('peru: There is no donor.');
  expect(JSON.parse((await run([...args, '--json'], { redteam })).out)).toEqual(result);
});

it('redteam names the uses there are', async () => {
  const { code, err } = await run(['redteam', 'm.gguf', '--use', 'spam'], {});
  expect(code).toBe(2);
  expect(err).toContain('misinformation, bias, backdoor, over-compliance');
  expect((await run(['redteam', 'm.gguf'], {})).err).toContain('--use');
});

it('resist takes stand-ins, a file or one fact, and tells what survives', async () => {
  const result: Resisted = {
    ...about,
    protocol: 'as told',
    facts: [
      {
        edit: fact('louvre'),
        refused: null,
        full: { relativeNorm: 0.4, steps: 12, flips: true },
        flipsAt: 0.3,
        steps: 8,
        edits: 1,
        survives: [
          { type: 'Q8_0', flips: true },
          { type: 'Q2_K', flips: false },
        ],
        seenFrom: 0.05,
        unseenAt: 0.025,
      },
    ],
  };
  const asked: { edits?: { edits: readonly unknown[] } | undefined }[] = [];
  const resist: EngineApi['resist'] = async (params) => {
    asked.push(params);
    return result;
  };
  const { out } = await run(['resist', 'm.gguf'], { resist });
  expect(
    out
      .split('\n')
      .find((line) => line.startsWith('louvre'))
      ?.split(/\s{2,}/),
  ).toEqual(['louvre', 'Oslo', '0.400', '12', '0.300', '8', '1', '0.0500', '0.0250', 'Q8_0', 'Q2_K']);
  await run(['resist', 'm.gguf', '--prompt', 'A is in', '--subject', 'A', '--target', 'B'], { resist });
  expect(asked.map(({ edits }) => edits?.edits.length)).toEqual([undefined, 1]);
  expect((await run(['resist', 'm.gguf', '--prompt', 'A is in'], { resist })).code).toBe(2);
});
