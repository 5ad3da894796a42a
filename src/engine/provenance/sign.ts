import path from 'node:path';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Signed } from '../../protocol/provenance.ts';
import { writeWhole } from '../gguf/atomicWrite.ts';
import { phases, type Work } from '../progress.ts';
import { sealBundle } from './bundle.ts';
import { editStatement } from './editStatement.ts';
import { readPrivateKey } from './keys.ts';
import { gitPaths, manifestOf } from './manifest.ts';
import { statementOf } from './statement.ts';

/** Signs a file or a folder as OpenSSF Model Signing v1.0 does, with a key of the user's, offline. */
export async function signModel(
  { path: model, key: keyFile, passphrase, out, edits }: EngineParams['sign'],
  work: Work = {},
): Promise<Signed> {
  const [declaring, hashing] = phases(work, [edits === undefined ? 0 : 2, 1]);
  const key = await readPrivateKey(keyFile, passphrase);
  // a bundle that is written into the folder is no part of what it signs
  const inside = path.relative(path.resolve(model), path.resolve(out)).split(path.sep).join('/');
  const ignored = inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? [] : [inside];
  const statement =
    edits === undefined ? undefined : await editStatement(edits.base, edits.patches, model, declaring);
  const manifest = await manifestOf(model, [...gitPaths, ...ignored], hashing);
  const bundle = sealBundle(statementOf(manifest, ignored, statement), key);
  await writeWhole(out, bundle, { protect: [model, keyFile] });
  return {
    out,
    digest: `sha256:${manifest.root}`,
    files: manifest.resources.length,
    key: key.hint,
    statement: statement ?? null,
  };
}
