import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signModel } from '../../../src/engine/provenance/sign.ts';
import { verifyModel } from '../../../src/engine/provenance/verify.ts';
import { build, config, llama, writeFolder } from '../safetensors/write.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { keyPair } from './workplace.ts';

const it = test.extend(temporaryFolder);

describe('the signature of an index', () => {
  it('is about the index and all files that it names', async ({ folder }) => {
    const [key, pub] = await keyPair(folder, 'own');
    const [model, out] = [path.join(folder, 'model'), path.join(folder, 'model.sig')];
    await mkdir(model);
    const all = Object.entries(llama());
    await writeFolder(model, config, Object.fromEntries(all.slice(0, 5)), Object.fromEntries(all.slice(5)));
    const index = path.join(model, 'model.safetensors.index.json');
    expect((await signModel({ path: index, key, out })).files).toBe(3);
    expect((await verifyModel({ path: index, signature: out, key: pub })).files).toBe(3);
    // a shard stands for the model that the index makes of it
    const first = path.join(model, 'model-00001-of-00002.safetensors');
    expect((await verifyModel({ path: first, signature: out, key: pub })).files).toBe(3);
    expect((await signModel({ path: first, key, out })).files).toBe(3);

    const [, second] = all.slice(4);
    const shard = build({
      ...Object.fromEntries(all.slice(5)),
      ...(second && { [second[0]]: { ...second[1], data: second[1].data.map((byte) => byte ^ 1) } }),
    });
    await writeFile(path.join(model, 'model-00002-of-00002.safetensors'), shard);
    await expect(verifyModel({ path: index, signature: out, key: pub })).rejects.toThrow(
      /model-00002-of-00002.safetensors was changed/,
    );
  });
});
