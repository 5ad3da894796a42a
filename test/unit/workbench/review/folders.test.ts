import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { readCheckpoint } from '../../../../src/engine/safetensors/checkpoint.ts';
import { modelStem } from '../../../../src/workbench/models/modelStem.ts';
import { atHand } from '../../../../src/workbench/review/atHand.ts';
import { revisionBefore, revisionsOf } from '../../../../src/workbench/review/git/revisions.ts';
import { policyBeside, policyName } from '../../../../src/workbench/review/policyChoice.ts';
import { proposedStem } from '../../../../src/workbench/review/proposedStem.ts';
import { fileSide } from '../../../../src/workbench/review/side.ts';
import { signatureBeside } from '../../../../src/workbench/review/signatureBeside.ts';
import { config, llama, writeFolder } from '../../safetensors/write.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

/** Reviews of Hugging Face folders: what lies beside them, what is written about them, and their revisions in Git. */

const test = base.extend(temporaryFolder);

test.for([
  ['m.gguf', 'm'],
  ['m-00001-of-00003.gguf', 'm'],
  ['m.safetensors', 'm'],
  ['model.safetensors.index.json', 'model'],
  ['folder', 'folder'],
  ['my.model-v1.0', 'my.model-v1.0'],
] as const)('the policy of %s lies beside it', ([model, stem]) => {
  expect(policyName(model)).toBe(`${stem}.policy.json`);
});

test('policy and signature of a folder are called like it, whichever of its files is named', async ({
  folder,
}) => {
  const model = path.join(folder, 'model');
  await mkdir(model);
  await writeFolder(model, config, llama());
  const side = fileSide(path.join(model, 'model.safetensors'));
  expect(side).toEqual({ kind: 'file', path: model });
  expect(await policyBeside(side, null)).toBeNull();
  expect(await signatureBeside(side.path)).toBeUndefined();
  await writeFile(`${model}.policy.json`, '{}');
  await writeFile(`${model}.sig`, '{}');
  expect(await policyBeside(side, null)).toBe(`${model}.policy.json`);
  expect(await signatureBeside(side.path)).toBe(`${model}.sig`);
  expect(proposedStem(side)).toBe(model);
});

test('what is written about a model that lies elsewhere is proposed in the workspace', () => {
  expect(proposedStem({ kind: 'reference', name: 'hf:org/name/m.gguf#refs/pr/3' })).toBe('/folder/m');
  expect(proposedStem({ kind: 'reference', name: 'https://example.org/m.gguf?download=true' })).toBe(
    '/folder/m',
  );
  expect(modelStem('a.safetensors.index.json')).toBe('a');
});

test('a revision of a folder is laid out whole', async ({ folder }) => {
  const model = path.join(folder, 'model');
  await mkdir(model);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=tests', '-c', 'user.email=tests@example.org', ...args], {
      cwd: folder,
    });
  git('init', '-q');
  const entries = Object.entries(llama());
  await writeFolder(
    model,
    config,
    Object.fromEntries(entries.slice(0, 9)),
    Object.fromEntries(entries.slice(9)),
  );
  await writeFile(path.join(folder, 'beside.txt'), 'not of the model');
  git('add', '.');
  git('commit', '-qm', 'two shards');
  await writeFile(path.join(model, 'config.json'), JSON.stringify({ ...config, rope_theta: 5000 }));
  git('commit', '-qam', 'another base');
  const [latest, first] = await revisionsOf(model);
  expect([latest?.side.subject, first?.side.subject]).toEqual(['another base', 'two shards']);
  if (first === undefined || latest === undefined) return;
  expect((await revisionBefore(latest.side))?.side).toEqual(first.side);
  const out = path.join(folder, 'out');
  const thetas = [];
  for (const { side } of [first, latest]) {
    const { header, paths } = await readCheckpoint(await atHand(side, out, {}));
    expect(paths).toHaveLength(2);
    expect(header.tensors).toHaveLength(21);
    thetas.push(header.metadata.get('llama.rope.freq_base'));
  }
  expect(thetas).toMatchObject([{ value: 10_000 }, { value: 5000 }]);
  expect(await readdir(path.join(out, `${first.side.commit}-model`))).toEqual(['model']);
});
