import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digestFile, digestFiles } from '../../../src/engine/files/digest.ts';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import type { EditStatement } from '../../../src/protocol/provenance.ts';
import { splitModel } from '../gguf/splitModel.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { rewrite, workplace } from './workplace.ts';

/** What is refused before anything is built anew. */
const it = test.extend(temporaryFolder);

async function declared(folder: string) {
  const { model, key, pub, out } = await workplace(folder);
  const file = path.join(model, 'a.json');
  const base = await splitModel(folder, 2);
  const patches = [path.join(folder, 'a.patch'), path.join(folder, 'b.patch')] as const;
  for (const patch of patches) await writeFile(patch, patch);
  await signModel({ path: file, key, out });
  const statement: EditStatement = {
    base: { digest: await digestFiles(base), name: 'base.gguf' },
    candidate: await digestFile(file),
    patches: await Promise.all(
      patches.map(async (patch) => ({ digest: await digestFile(patch), edits: [] })),
    ),
    tensors: [],
    tool: 'test',
  };
  const declare = () =>
    rewrite(
      out,
      ({ statement: { predicate } }) => {
        predicate['palimpsest.edits'] = statement;
      },
      key,
    );
  const verify = (more: { base?: string; patches?: string[] } = {}) =>
    verifyModel({ path: file, signature: out, key: pub, ...more });
  return { file, base, patches, statement, declare, verify };
}

it('a statement is given back, and not rebuilt unless a base is named', async ({ folder }) => {
  const { statement, declare, verify } = await declared(folder);
  expect(await verify()).toMatchObject({ statement: null, rebuilt: null });
  await declare();
  expect(await verify()).toMatchObject({ statement, rebuilt: null });
});

it('nothing is rebuilt without a statement, on another base, or with other patches', async ({ folder }) => {
  const { file, base, patches, declare, verify } = await declared(folder);
  const [first = '', second = ''] = base;
  await expect(verify({ base: first })).rejects.toThrow(`The signature of ${file} declares no edits`);
  await declare();
  const reasons: [string, string[] | undefined][] = [
    [first, undefined],
    [second, [patches[0]]],
    [first, [...patches].reverse()],
    [first, [...patches, patches[0]]],
    [first, [patches[0], patches[0]]],
  ];
  for (const [named, given] of reasons) {
    const params = given === undefined ? { base: named } : { base: named, patches: given };
    await expect(verify(params)).rejects.toThrow(/patches are not those that the statement declares/);
  }
  await writeFile(patches[0], 'changed');
  await expect(verify({ base: first, patches: [...patches] })).rejects.toThrow(/are not those/);
});

it('a split base is known by all of its parts', async ({ folder }) => {
  const { base, patches, declare, verify } = await declared(folder);
  await declare();
  const [first = '', second = ''] = base;
  await appendFile(second, Buffer.alloc(1));
  await expect(verify({ base: first, patches: [...patches] })).rejects.toThrow(
    `${first} is not the base that the statement names (base.gguf).`,
  );
});
