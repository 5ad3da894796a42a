import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isOwnOutput } from '../../../src/engine/provenance/ownOutput.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const it = test.extend(temporaryFolder);

it.for<[string, string, boolean]>([
  ['a signature', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}', true],
  ['a record', '\n{ "$schema" : "http://cyclonedx.org/schema/bom-1.6.schema.json"', true],
  ['a record without a schema', '{"bomFormat": "CycloneDX"}', true],
  ['nothing yet', '', true],
  ['white space', '  \n', false],
  ['other JSON', '{"name": "sigstore"}', false],
  ['JSON with one inside', '{"a": {"mediaType": "sigstore"}}', false],
  ['a text about it', 'Note: {"mediaType": "sigstore"}', false],
  ['other bytes', 'GGUF\u0003', false],
])('a file with %s may be written over or not', async ([, content, own], { folder }) => {
  const file = path.join(folder, 'out');
  await writeFile(file, content);
  expect(await isOwnOutput(file)).toBe(own);
});

it('a file may be written where there is none, and no folder is a file', async ({ folder }) => {
  await mkdir(path.join(folder, 'folder'));
  await writeFile(path.join(folder, 'file'), 'x');
  expect(await isOwnOutput(path.join(folder, 'new'))).toBe(true);
  expect(await isOwnOutput(path.join(folder, 'folder'))).toBe(false);
  await expect(isOwnOutput(path.join(folder, 'file', 'below'))).rejects.toThrow(/below/);
});
