import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { almanac, Workplace } from '../cli/palimpsest.ts';
import {
  adapter,
  changed,
  factors,
  floats,
  type RawGguf,
  readRaw,
  stored,
  tensorOf,
  writeRaw,
} from './rawGguf.ts';

/** Adapters that users of this field's tools ran into, and crafted ones, on the embedded model and one of experts. */

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
  const sound = await readRaw(almanac);
  await writeRaw(place.path('experts.gguf'), ofExperts(sound));
  await writeRaw(
    place.path('untied.gguf'),
    changed(sound, {}, [{ ...tensorOf(sound, 'token_embd.weight'), name: 'output.weight' }]),
  );
});
afterAll(() => place[Symbol.asyncDispose]());

const down = () => factors('blk.3.ffn_down.weight', [1024, 4], [4, 256]);
const experts = (a: number, b = a) => factors('blk.2.ffn_down_exps.weight', [64, 2, a], [2, 256, b], 2);
const embedding = () => factors('token_embd.weight', [4, 2560], [4, 256], 0.5);

/** The embedded model's shapes with four experts in each layer. */
function ofExperts(sound: RawGguf): RawGguf {
  const small = (name: string, ne: readonly number[]) => ({
    name,
    ne,
    type: 0,
    data: floats(Array.from({ length: ne.reduce((n, m) => n * m, 1) }, (_, i) => 0.01 * Math.sin(1.3 * i))),
  });
  const tensors = sound.tensors.flatMap((tensor) => {
    const [layer] = /^blk\.\d+/.exec(tensor.name) ?? [];
    if (layer === undefined || !/ffn_(gate|up|down)\./.test(tensor.name)) return [tensor];
    if (!tensor.name.includes('ffn_gate')) return [];
    return [
      small(`${layer}.ffn_gate_inp.weight`, [256, 4]),
      small(`${layer}.ffn_gate_exps.weight`, [256, 64, 4]),
      small(`${layer}.ffn_up_exps.weight`, [256, 64, 4]),
      small(`${layer}.ffn_down_exps.weight`, [64, 256, 4]),
    ];
  });
  const keys = {
    'llama.feed_forward_length': stored.uint32(64),
    'llama.expert_count': stored.uint32(4),
    'llama.expert_used_count': stored.uint32(2),
  };
  return { ...changed(sound, keys), tensors };
}

type Case = readonly [what: string, model: string, adapter: () => RawGguf, says: RegExp];

const refused: readonly Case[] = [
  ['factors of one expert for four', 'experts.gguf', () => adapter(experts(1)), /shape|expert/],
  ['factors of eight experts for four', 'experts.gguf', () => adapter(experts(8)), /shape|expert/],
  ['factors that differ in experts', 'experts.gguf', () => adapter(experts(4, 1)), /shape|expert|matrices/],
  [
    'the token embedding where it is the output too',
    almanac,
    () => adapter(embedding()),
    /token_embd|output\.weight/,
  ],
  [
    'an alpha that is an integer',
    almanac,
    () => adapter(down(), { 'adapter.lora.alpha': stored.uint32(8) }),
    /alpha/,
  ],
  [
    'an alpha that is no number',
    almanac,
    () => adapter(down(), { 'adapter.lora.alpha': stored.float32(Number.NaN) }),
    /alpha/,
  ],
  [
    'an architecture that is a number',
    almanac,
    () => adapter(down(), { 'general.architecture': stored.uint32(1) }),
    /architecture/,
  ],
  [
    'a kind that is a number',
    almanac,
    () => adapter(down(), { 'general.type': stored.uint32(1) }),
    /general\.type/,
  ],
  ['factors of integers', almanac, () => adapter(down().map((tensor) => ({ ...tensor, type: 26 }))), /i32/],
];

describe('an adapter that llama.cpp would not survive, or apply wrongly', () => {
  it.each(refused)('%s', async (_, model, make, says) => {
    await writeRaw(place.path('case.gguf'), make());
    const calls = [
      ['probe', model, '--prompt', 'a b é', '--patch', 'case.gguf'],
      ['bake', model, '--patch', 'case.gguf', '--out', 'out.gguf'],
    ];
    for (const args of calls) {
      const ran = await place.run(args);
      expect(ran.err.trim()).toMatch(says);
      expect(ran.err.trim().split('\n')).toHaveLength(1);
      expect(ran.err).not.toMatch(/Unexpected|The engine/);
      expect(ran).toMatchObject({ code: 2, out: '' });
    }
  });
});

describe('an adapter that is fine', () => {
  it.each<readonly [string, string, () => RawGguf]>([
    ['of experts', 'experts.gguf', () => adapter(experts(4))],
    [
      'of the token embedding of a model with an output of its own',
      'untied.gguf',
      () => adapter(embedding()),
    ],
    ['of one projection', almanac, () => adapter(down())],
  ])('%s says the same baked as it says switched on', async (_, model, make) => {
    await writeRaw(place.path('fine.gguf'), make());
    const on = (await place.json([
      'probe',
      model,
      '--prompt',
      'a b é',
      '--patch',
      'fine.gguf',
      '--top',
      '3',
    ])) as { before: Token[]; after: Token[] };
    await place.json(['bake', model, '--patch', 'fine.gguf', '--out', 'baked.gguf']);
    const baked = (await place.json(['probe', 'baked.gguf', '--prompt', 'a b é', '--top', '3'])) as {
      before: Token[];
    };
    expect(on.after).not.toEqual(on.before);
    for (const [i, { p }] of on.after.entries()) expect(baked.before[i]?.p).toBeCloseTo(p, 1);
  });

  it.each<readonly [string, () => RawGguf, RegExp]>([
    [
      'an activated LoRA',
      () => adapter(down(), { 'adapter.alora.invocation_tokens': stored.uint32s([5, 6, 7]) }),
      /activated|alora|invocation/i,
    ],
    [
      'norms that llama.cpp ignores',
      () =>
        adapter([
          ...down(),
          {
            name: 'output_norm.weight',
            ne: [256],
            type: 0,
            data: floats(Array.from({ length: 256 }, () => 3)),
          },
        ]),
      /norm/,
    ],
  ])('%s is said by patch, and warned of where it is applied', async (_, make, says) => {
    await writeRaw(place.path('odd.gguf'), make());
    expect((await place.run(['patch', 'odd.gguf'])).out).toMatch(says);
    const probed = await place.run(['probe', almanac, '--prompt', 'a b é', '--patch', 'odd.gguf']);
    expect(probed.code).toBe(0);
    expect(probed.err).toMatch(says);
  });
});

interface Token {
  readonly token: string;
  readonly p: number;
}
