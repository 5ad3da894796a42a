import { generateKeyPairSync } from 'node:crypto';
import { appendFile, copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestFiles } from '../../../src/engine/files/digest.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { Signed, Verified } from '../../../src/protocol/provenance.ts';
import { almanac, Workplace } from '../cli/palimpsest.ts';
import { splitFile } from '../splitFile.ts';

/** Edits that somebody declares with a key, and candidates that hold more than what was declared. */
let place: Workplace;
const tensor = 'blk.2.ffn_down.weight';

beforeAll(async () => {
  place = await Workplace.open();
  const fact = {
    prompt: 'The capital of Italy is',
    subject: 'Italy',
    target: { new: 'Madrid', true: 'Rome' },
  };
  await writeFile(place.path('e.edits.json'), JSON.stringify({ edits: [{ id: 'italy', ...fact }] }));
  await place.json(['edit', almanac, '--edits', 'e.edits.json', '--out', 'e.patch.gguf']);
  await place.json(['bake', almanac, '--patch', 'e.patch.gguf', '--out', 'edited.gguf']);
  for (const name of ['team', 'stranger']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(place.path(`${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(place.path(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
    await place.json(sign('edited.gguf', name, `${name}.sig`));
  }
  // one weight of another tensor, changed after the edit
  await copyFile(place.path('edited.gguf'), place.path('more.gguf'));
  const { header } = await readModelFiles(almanac);
  const other = header.tensors.find(({ name }) => name === 'blk.4.attn_q.weight');
  await using file = await open(place.path('more.gguf'), 'r+');
  await file.write(Buffer.of(0x12, 0x34), 0, 2, other?.offset ?? 0);
});
afterAll(() => place[Symbol.asyncDispose]());

const sign = (model: string, key: string, out: string) => [
  ...['sign', model, '--key', `${key}.pem`, '--out', out],
  ...['--edits', '--base', almanac, '--patch', 'e.patch.gguf'],
];
const verify = (model: string, ...more: string[]) => [
  ...['verify', model, '--signature', 'team.sig', '--key', 'team.pub', ...more],
];
const gate = (model: string, signature: string) => [
  ...['review', almanac, model, '--no-trace', '--policy', 'declared-edits'],
  ...['--signature', signature, '--trusted-key', 'team.pub'],
];

describe('declared edits', () => {
  it('are all that happened to the checkpoint, byte for byte', async () => {
    const found = Verified.parse(
      await place.json(verify('edited.gguf', '--base', almanac, '--patch', 'e.patch.gguf')),
    );
    expect(found.rebuilt).toBe(true);
    expect(found.statement?.tensors.map(({ name }) => name)).toEqual([tensor]);
    expect(found.statement?.patches[0]?.edits[0]).toMatchObject({ id: 'italy', target: { new: 'Madrid' } });
  });

  it('cannot be declared of a checkpoint that holds more', async () => {
    const { code, err } = await place.run(sign('more.gguf', 'team', 'more.sig'));
    expect(code).toBe(2);
    expect(err).toMatch(/not .* with these patches alone/);
  });

  it('are held against the right base and patches', async () => {
    const wrong = await place.run(verify('edited.gguf', '--base', 'edited.gguf', '--patch', 'e.patch.gguf'));
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringMatching(/not the base that the statement names/),
    ]);
    const none = await place.run(verify('edited.gguf', '--base', almanac));
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringMatching(/not those that the statement declares/),
    ]);
  });

  it('pass the gate only by a trusted key', async () => {
    expect((await place.run(gate('edited.gguf', 'team.sig'))).code).toBe(0);
    const stranger = await place.run(gate('edited.gguf', 'stranger.sig'));
    expect([stranger.code, stranger.out]).toEqual([1, expect.stringContaining('another key')]);
    const more = await place.run(gate('more.gguf', 'team.sig'));
    expect([more.code, more.out]).toEqual([1, expect.stringContaining('was changed')]);
  });

  it('are recorded after a rebuild, with what a review and its policy say', async () => {
    const record = (model: string, ...more: string[]) => [
      ...['record', model, '--base', almanac, '--patch', 'e.patch.gguf', '--no-trace'],
      ...['--policy', 'declared-edits', '--signature', 'team.sig', '--key', 'team.pub', ...more],
    ];
    const attested = ['--private-key', 'team.pem', '--attestation', 'edited.cdx.sigstore.json'];
    const { code, err } = await place.run(record('edited.gguf', '--out', 'edited.cdx.json', ...attested));
    expect([code, err]).toEqual([0, expect.stringContaining('edited.cdx.sigstore.json')]);
    const bom = await readFile(place.path('edited.cdx.json'), 'utf8');
    expect(await new JsonStrictValidator(Spec1dot6.version).validate(bom)).toBeNull();
    const { component } = JSON.parse(bom).metadata;
    expect(component.hashes[0].content).toBe(
      (await digestFiles([place.path('edited.gguf')])).replace('sha256:', ''),
    );
    expect(component.pedigree.ancestors[0].hashes[0].content).toBe(
      (await digestFiles([almanac])).replace('sha256:', ''),
    );
    expect(component.pedigree.patches[0].resolves[0]).toMatchObject({
      id: 'italy',
      description: 'Rome → Madrid',
    });
    const said = (name: string) =>
      component.properties.filter((one: { name: string }) => one.name === `palimpsest:${name}`);
    expect(said('review:verdict')).toMatchObject([{ value: 'edited' }]);
    expect(said('review:policy')).toMatchObject([{ value: 'failed' }]);
    expect(said('tensor')).toHaveLength(1);
    const more = await place.run(record('more.gguf'));
    expect([more.code, more.err]).toEqual([2, expect.stringMatching(/not .* with these patches alone/)]);
  });

  it('of a split checkpoint, or on a split base, are held against all parts', async () => {
    const [first, second] = await splitFile(place.path('edited.gguf'), place.path('edited'));
    const [base] = await splitFile(almanac, place.path('base'));
    const command = (candidate: string) => [
      ...['sign', candidate, '--key', 'team.pem', '--out', 'split.sig'],
      ...['--edits', '--base', base, '--patch', 'e.patch.gguf'],
    ];
    const signed = Signed.parse(await place.json(command(second)));
    expect(signed).toMatchObject({ files: 2, statement: { base: { name: 'base-00001-of-00002.gguf' } } });
    expect(signed.statement?.candidate).toBe(await digestFiles([first, second]));
    expect(signed.statement?.tensors.map(({ name }) => name)).toEqual([tensor]);
    const check = [
      ...['verify', first, '--signature', 'split.sig', '--key', 'team.pub'],
      ...['--base', base, '--patch', 'e.patch.gguf'],
    ];
    expect(Verified.parse(await place.json(check))).toMatchObject({ files: 2, rebuilt: true });
    const gated = await place.run([
      ...['review', base, second, '--no-trace', '--policy', 'declared-edits'],
      ...['--signature', 'split.sig', '--trusted-key', 'team.pub'],
    ]);
    expect(gated.code).toBe(0);
    // one bit, padding behind the tensors, or metadata that no joined file would keep
    await using file = await open(second, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.of(0x55), 0, 1, size - 40);
    expect((await place.run(check)).err).toMatch(/edited-00002-of-00002.gguf was changed/);
    expect((await place.run(command(first))).err).toMatch(/with these patches alone/);
    await splitFile(place.path('edited.gguf'), place.path('edited'));
    await appendFile(second, Buffer.alloc(64));
    expect((await place.run(command(first))).err).toMatch(/with these patches alone/);
    await splitFile(place.path('edited.gguf'), place.path('edited'), {
      'general.name': { type: 'string', value: 'other' },
    });
    expect((await place.run(command(first))).err).toMatch(/with these patches alone/);
  });

  it('say who signed what', async () => {
    const signed = Signed.parse(await place.json(sign('edited.gguf', 'team', 'again.sig')));
    expect(signed).toMatchObject({ files: 1, statement: { base: { name: 'almanac.gguf' } } });
  });
});
