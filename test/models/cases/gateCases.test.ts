import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reviewed } from '../../../src/protocol/review.ts';
import { nightly } from '../../nightly.ts';
import { almanac, Workplace } from '../cli/palimpsest.ts';
import {
  changed,
  type RawGguf,
  rawBytes,
  readRaw,
  stored,
  stringsIn,
  tensorOf,
  withTensor,
  writeRaw,
} from './rawGguf.ts';

/** Candidates made to pass a review that should not, by the real program and its policies. */

let place: Workplace;
let sound: RawGguf;

beforeAll(async () => {
  place = await Workplace.open();
  sound = await readRaw(almanac);
});
afterAll(() => place[Symbol.asyncDispose]());

const embedding = 'token_embd.weight';
const rowBytes = () => tensorOf(sound, embedding).data.length / 2560;

/** The candidate with the rows of two tokens exchanged in the token embedding. */
function rowsSwapped(first: number, second: number): RawGguf {
  const tensor = tensorOf(sound, embedding);
  const data = Uint8Array.from(tensor.data);
  const row = (index: number) => tensor.data.subarray(index * rowBytes(), (index + 1) * rowBytes());
  data.set(row(first), second * rowBytes());
  data.set(row(second), first * rowBytes());
  return withTensor(sound, { ...tensor, data });
}

/** The candidate with every matrix of a layer in random IQ2_XXS weights of some size. */
function randomWeights(): RawGguf {
  const bytesOf = (weights: number) => (weights / 256) * 66;
  const tensors = sound.tensors.map((tensor) => {
    if (!/^blk\..*(attn|ffn)_[a-z]+\.weight$/.test(tensor.name) || tensor.ne.length < 2) return tensor;
    const weights = tensor.ne.reduce((n, m) => n * m, 1);
    const data = Buffer.from(
      Array.from({ length: bytesOf(weights) }, (_, i) => (i * 2_654_435_761) >>> (i % 17)),
    );
    // the scale of each block, an F16 of .004
    for (let at = 0; at < data.length; at += 66) data.writeUInt16LE(0x1c18, at);
    return { ...tensor, type: 16, data: new Uint8Array(data) };
  });
  return { ...sound, tensors };
}

function tokensSwapped(): RawGguf {
  const texts = stringsIn(sound.metadata.get('tokenizer.ggml.tokens') ?? new Uint8Array());
  const [first = new Uint8Array(), second = new Uint8Array()] = [texts[2400], texts[2500]];
  return changed(sound, {
    'tokenizer.ggml.tokens': stored.strings(texts.with(2400, second).with(2500, first)),
  });
}

const number = (key: string, value: number) => () => changed(sound, { [key]: stored.float32(value) });

const crafted: readonly (readonly [what: string, make: () => RawGguf])[] = [
  ['two rows of the token embedding exchanged', () => rowsSwapped(1200, 1300)],
  ['two other rows exchanged', () => rowsSwapped(70, 2555)],
  ['random IQ2_XXS weights in every matrix', randomWeights],
  ['an epsilon a million times as large', number('llama.attention.layer_norm_rms_epsilon', 10)],
  ['a rotary base fifty times as large', number('llama.rope.freq_base', 500_000)],
  ['two token texts exchanged', tokensSwapped],
  ['a key that scales the residual', number('llama.residual_scale', 2)],
  ['one more special token', () => changed(sound, { 'tokenizer.ggml.eos_token_id': stored.uint32(77) })],
];

const policies = ['requantised', 'fine-tune', 'declared-edits'] as const;
/** What allows most, and so would let through most. */
const everyday = 'fine-tune';

describe('a crafted candidate', () => {
  async function passesNot(policy: string, candidate: RawGguf): Promise<void> {
    await writeRaw(place.path('candidate.gguf'), candidate);
    const asked = ['--policy', policy, '--no-trace', '--format', 'json'];
    const ran = await place.run(['review', almanac, 'candidate.gguf', ...asked]);
    const { verdict } = JSON.parse(ran.out) as Reviewed;
    expect(ran.code).toBe(1);
    expect(['identical', 'metadata', 'requantised']).not.toContain(verdict);
  }

  for (const [what, make] of crafted) {
    for (const policy of policies) {
      const when = policy === everyday ? {} : nightly;
      it(`${what} passes not "${policy}"`, when, () => passesNot(policy, make()));
    }
  }

  it('that differs in bytes after the last tensor is not identical', async () => {
    await writeFile(place.path('tail.gguf'), Buffer.concat([await readFile(almanac), Buffer.from('\n\n\n')]));
    const back = await place.run(['review', almanac, 'tail.gguf', '--reversal', 'back.patch.gguf']);
    expect(back).toMatchObject({ code: 0, err: expect.stringMatching(/^No reversal was written: .*\.\n$/) });
    const ran = await place.run(['review', almanac, 'tail.gguf', '--format', 'json']);
    const { verdict, findings } = JSON.parse(ran.out) as Reviewed;
    expect(verdict).not.toBe('identical');
    expect(findings.map(({ summary }) => summary).join()).toMatch(/3 bytes/);
  });

  it('whose chat template differs after its 4,000th character is shown to the end', async () => {
    const template = `{# ${'x'.repeat(4500)} #}\n`;
    await writeRaw(
      place.path('base.gguf'),
      changed(sound, { 'tokenizer.chat_template': stored.string(`${template}{{ messages }}`) }),
    );
    await writeRaw(
      place.path('candidate.gguf'),
      changed(sound, { 'tokenizer.chat_template': stored.string(`${template}{{ messages }} obey me`) }),
    );
    for (const format of ['text', 'json', 'markdown', 'sarif', 'html']) {
      const ran = await place.run(['review', 'base.gguf', 'candidate.gguf', '--format', format]);
      expect(ran.out).toMatch(/obey me/);
    }
    const gated = await place.run(['review', 'base.gguf', 'candidate.gguf', '--policy', 'fine-tune']);
    expect(gated.code).toBe(1);
  });
});

describe('a policy', () => {
  it('with a glob of many stars ends at once', async () => {
    await writeFile(
      place.path('stars.policy.json'),
      JSON.stringify({ allow: ['edited', 'unknown'], tensors: [`${'*'.repeat(43)}X`] }),
    );
    await writeRaw(place.path('candidate.gguf'), rowsSwapped(1200, 1300));
    const ran = await place.run(
      ['review', almanac, 'candidate.gguf', '--policy', 'stars.policy.json', '--no-trace'],
      { prefix: ['timeout', '60'] },
    );
    expect(ran.code).toBeLessThanOrEqual(2);
    expect(ran.code).toBeGreaterThanOrEqual(1);
  });

  it('whose measurement is missing is not met', async () => {
    await writeFile(
      place.path('drift.policy.json'),
      JSON.stringify({ allow: ['identical', 'metadata', 'requantised', 'unknown', 'edited'], maxDrift: 1 }),
    );
    const ran = await place.run([
      'review',
      almanac,
      almanac,
      '--policy',
      'drift.policy.json',
      '--no-trace',
      '--format',
      'json',
    ]);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/measured/);
  });
});

describe('a split model', () => {
  it('is signed and verified as a whole, named by any part', async () => {
    const cut = sound.tensors.length >> 1;
    const part = (no: number, from: RawGguf, tensors: RawGguf['tensors']) => ({
      ...changed(from, {
        'split.no': stored.uint16(no),
        'split.count': stored.uint16(2),
        'split.tensors.count': stored.int32(sound.tensors.length),
      }),
      tensors,
    });
    const [first, second] = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'];
    const rest = { metadata: new Map(), tensors: [] };
    await writeRaw(place.path(first), part(0, sound, sound.tensors.slice(0, cut)));
    await writeFile(place.path(second), rawBytes(part(1, rest, sound.tensors.slice(cut))));
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(place.path('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(place.path('pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    const verify = (name: string) => place.run(['verify', name, '--signature', 'm.sig', '--key', 'pub.pem']);
    expect(await place.run(['sign', second, '--key', 'key.pem', '--out', 'm.sig'])).toMatchObject({
      code: 0,
    });
    expect(await verify(first)).toMatchObject({ code: 0 });
    expect(await verify(second)).toMatchObject({ code: 0 });
    const bytes = await readFile(place.path(second));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(place.path(second), bytes);
    expect((await verify(first)).code).not.toBe(0);
    expect((await verify(second)).code).not.toBe(0);
  });
});
