import { describe, expect, test } from 'vitest';
import { kindOfKey } from '../../../src/engine/review/difference/keyKinds.ts';
import { cpuTime } from '../cpuTime.ts';
import { build, smallModel, type Value } from '../gguf/build.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { besideWeights } from './besideWeights.ts';

const it = test.extend(temporaryFolder);
type Pairs = readonly (readonly [string, Value])[];
const model = (set: Pairs = [], drop: readonly string[] = []) => [build(smallModel({ set, drop }))];
const long = (end: string): Value => ['string', `${'{# a comment #}\n'.repeat(400)}${end}\nlast`];

describe('a change of metadata', () => {
  const cases: readonly (readonly [string, Value, string, string])[] = [
    ['llama.rope.freq_base', ['float32', 500_000], 'computation', 'computation'],
    ['llama.attention.layer_norm_rms_epsilon', ['float32', 10], 'computation', 'computation'],
    ['llama.rope.scaling.type', ['string', 'yarn'], 'computation', 'computation'],
    ['llama.expert_used_count', ['uint32', 1], 'computation', 'computation'],
    ['llama.a_key_of_next_year', ['bool', true], 'computation', 'computation'],
    ['xielu.beta', ['float32', 1], 'computation', 'computation'],
    ['general.sampling.temp', ['float32', 2], 'computation', 'computation'],
    ['llama.vocab_size', ['uint32', 3], 'vocabulary', 'vocabulary'],
    ['tokenizer.ggml.tokens', ['array', 'string', ['<s>', 'é', 'Ġa']], 'vocabulary', 'vocabulary'],
    ['tokenizer.ggml.scores', ['array', 'float32', [0, -1, -3]], 'vocabulary', 'vocabulary'],
    ['tokenizer.ggml.add_bos_token', ['bool', false], 'vocabulary', 'vocabulary'],
    ['tokenizer.ggml.pre', ['string', 'qwen2'], 'vocabulary', 'vocabulary'],
    ['tokenizer.of.next.year', ['string', ''], 'vocabulary', 'vocabulary'],
    // llama.cpp strips spaces around tokens of models that are called so
    ['general.name', ['string', 'My Phi-3 mini'], 'vocabulary', 'vocabulary'],
    ['general.name', ['string', 'Another'], 'metadata', 'metadata'],
    ['general.base_model.0.repo_url', ['string', 'x'], 'metadata', 'metadata'],
    ['tokenizer.chat_template', ['string', 'obey'], 'chat-template', 'metadata'],
    ['tokenizer.chat_template.tool_use', ['string', 'obey'], 'chat-template', 'metadata'],
    ['qwen2.rope.freq_base', ['float32', 1], 'unknown-key', 'metadata'],
    ['a.key', ['string', 'x'], 'unknown-key', 'metadata'],
  ];

  it.for(cases)(
    '%s = %j is of the kind %s, the verdict %s',
    async ([key, value, kind, verdict], { folder }) => {
      for (const [base, candidate] of [
        [model(), model([[key, value]])],
        [model([[key, value]]), model()],
      ] as const) {
        const found = await besideWeights(folder, base, candidate);
        expect(found.metadata.map((change) => [change.key, change.kind])).toEqual([[key, kind]]);
        expect([found.verdict, found.confidence]).toEqual([verdict, 'high']);
        expect(found.evidence.join(' ')).toContain(key);
      }
    },
  );

  it('is none where no byte differs, and the missing of a key is one', async ({ folder }) => {
    expect(await besideWeights(folder, model(), model())).toMatchObject({
      verdict: 'identical',
      metadata: [],
    });
    const found = await besideWeights(folder, model(), model([], ['llama.rope.freq_base']));
    expect(found).toMatchObject({
      verdict: 'computation',
      metadata: [{ before: '10000', after: null, detail: '- 10000' }],
    });
  });

  it('is seen in the type alone, and in bytes that read alike', async ({ folder }) => {
    const typed = await besideWeights(folder, model(), model([['llama.block_count', ['int32', 2]]]));
    expect(typed.metadata).toMatchObject([{ detail: '- 2 (uint32)\n+ 2 (int32)' }]);
    const broken = (byte: number) => {
      const [bytes = new Uint8Array()] = model([['tokenizer.ggml.pre', ['string', 'one-@']]]);
      bytes[Buffer.from(bytes).indexOf('one-@') + 4] = byte;
      return [bytes];
    };
    const read = await besideWeights(folder, broken(0xfe), broken(0xff));
    expect(read).toMatchObject({ verdict: 'vocabulary', metadata: [{ key: 'tokenizer.ggml.pre' }] });
  });

  it('says which items of an array differ, the first of them in full', async ({ folder }) => {
    const tokens = Array.from({ length: 5000 }, (_, index) => `token ${index}`);
    const other = tokens.with(4000, 'swapped\u202e').with(4001, 'too').concat('more');
    const found = await besideWeights(
      folder,
      model([['tokenizer.ggml.tokens', ['array', 'string', tokens]]]),
      model([['tokenizer.ggml.tokens', ['array', 'string', other]]]),
    );
    expect(found.metadata[0]).toMatchObject({ before: '5000 × string', after: '5001 × string' });
    expect(found.metadata[0]?.detail.split('\n')).toEqual([
      '3 of 5001 items differ',
      '- [4000] "token 4000"',
      '+ [4000] "swapped\u202e"',
      '- [4001] "token 4001"',
      '+ [4001] "too"',
      '+ [5000] "more"',
    ]);
    const scores = await besideWeights(
      folder,
      model([['tokenizer.ggml.scores', ['array', 'float32', Array(40).fill(0)]]]),
      model([['tokenizer.ggml.scores', ['array', 'float32', Array(40).fill(0.1)]]]),
    );
    const lines = scores.metadata[0]?.detail.split('\n') ?? [];
    expect(lines.slice(0, 3)).toEqual(['40 of 40 items differ', '- [0] 0', '+ [0] 0.1']);
    expect(lines.at(-1)).toBe('… and 30 more');
  });

  it('tells a long item from the digest that stands for it', async ({ folder }) => {
    const value = (text: string): Value => ['array', 'string', ['<s>', text, 'é']];
    const [one, other] = ['x'.repeat(70_000), `${'x'.repeat(69_999)}y`];
    const found = await besideWeights(
      folder,
      model([['tokenizer.ggml.tokens', value(one)]]),
      model([['tokenizer.ggml.tokens', value(other)]]),
    );
    expect(found.metadata[0]?.detail).toMatch(
      /^1 of 3 items differ\n- \[1\] \(70000 bytes, sha256 [0-9a-f]{64}\)/,
    );
  });

  it('of a template is its unified diff, whole, however far behind', async ({ folder }) => {
    const key = 'tokenizer.chat_template';
    const found = await besideWeights(folder, model([[key, long('be kind')]]), model([[key, long('obey')]]));
    expect(found.metadata[0]?.detail).toContain('\n-be kind\n+obey\n last');
    expect(found.metadata[0]?.before).toContain('be kind');
    const quick = cpuTime();
    const lines = (word: string): Value => [
      'string',
      Array.from({ length: 60_000 }, (_, index) => `${word} ${index}`).join('\n'),
    ];
    const hostile = await besideWeights(folder, model([[key, lines('a')]]), model([[key, lines('b')]]));
    expect(cpuTime() - quick).toBeLessThan(5000);
    expect(hostile.metadata[0]?.detail).toMatch(/^-a 0\n-a 1\n[\s\S]*\n\+b 59999$/);
  });

  it('is seen in a later part of a split model', async ({ folder }) => {
    const { metadata, tensors } = smallModel();
    const split = (index: number): Pairs => [
      ['split.no', ['uint16', index]],
      ['split.count', ['uint16', 2]],
      ['split.tensors.count', ['int32', tensors.length]],
    ];
    const parts = (second: Pairs = []) => [
      build({ metadata: [...metadata, ...split(0)], tensors: tensors.slice(0, 3) }),
      build({ metadata: [...split(1), ...second], tensors: tensors.slice(3) }),
    ];
    const found = await besideWeights(
      folder,
      parts(),
      parts([
        ['llama.rope.freq_base', ['float32', 1]],
        ['general.name', ['string', 'Small']],
      ]),
    );
    expect(found).toMatchObject({
      verdict: 'computation',
      metadata: [{ key: 'llama.rope.freq_base (part 2)', kind: 'computation' }],
    });
    expect((await besideWeights(folder, parts(), parts())).verdict).toBe('identical');
  });
});

describe('the kind of a key', () => {
  test('of an architecture goes by the models at hand', () => {
    const of = (key: string) => kindOfKey(key, new Set(['qwen2', 'qwen2moe']));
    expect(of('qwen2moe.expert_count')).toBe('computation');
    expect(of('qwen2.vocab_size')).toBe('vocabulary');
    expect(of('qwen3.expert_count')).toBe('unknown-key');
    expect(of('general.license.link')).toBe('metadata');
    expect(of('general.licensee')).toBe('unknown-key');
    expect(of('quantize.imatrix.file')).toBe('metadata');
  });
});
