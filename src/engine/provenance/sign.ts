import path from 'node:path';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Signed } from '../../protocol/provenance.ts';
import { InputError } from '../errors.ts';
import { writeWhole } from '../files/atomicWrite.ts';
import { phases, type Work } from '../work/progress.ts';
import { sealBundle } from './bundle.ts';
import { described } from './certificate.ts';
import { editStatement } from './editStatement.ts';
import { manifestOf } from './manifest.ts';
import { filesBelow, gitPaths, namedLikeParts, partsOf } from './signedFiles.ts';
import { readSigner, signerFiles } from './signer.ts';
import { statementOf } from './statement.ts';

/**
 * Signs a file, a folder, or all parts of a split model as OpenSSF Model Signing v1.0 does, with a key of the user's,
 * offline.
 */
export async function signModel(params: EngineParams['sign'], work: Work = {}): Promise<Signed> {
  const { path: model, out, edits, allowSymlinks = false } = params;
  const [declaring, hashing] = phases(work, [edits === undefined ? 0 : 2, 1]);
  const signer = await readSigner(params);
  const parts = await completeParts(model);
  const root = parts === undefined ? model : path.dirname(model);
  // a bundle that is written into the folder is no part of what it signs
  const inside = path.relative(path.resolve(root), path.resolve(out)).split(path.sep).join('/');
  const ignored = inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? [] : [inside];
  const search = { ignored: [...gitPaths, ...ignored], allowSymlinks };
  const files = await filesBelow(root, parts ?? ['.'], search);
  const statement =
    edits === undefined ? undefined : await editStatement(edits.base, edits.patches, model, declaring);
  const manifest = await manifestOf(parts?.[0] ?? path.basename(path.resolve(model)), files, hashing);
  const bundle = sealBundle(statementOf(manifest, search, statement), signer);
  const protect = [...signerFiles(params), ...(parts ?? ['.']).map((name) => path.join(root, name))];
  await writeWhole(out, bundle, { protect });
  return {
    out,
    digest: `sha256:${manifest.root}`,
    files: manifest.resources.length,
    key: signer.key.hint,
    certificates: signer.certificates.map(described),
    statement: statement ?? null,
  };
}

/** @throws InputError where something is called a part that the model does not have */
async function completeParts(model: string): Promise<readonly string[] | undefined> {
  const parts = await partsOf(model);
  if (parts === undefined) return undefined;
  const extra = (await namedLikeParts(model)).find((name) => !parts.includes(name));
  if (extra !== undefined) {
    throw new InputError(
      `${path.join(path.dirname(model), extra)} is called a part of a model that has ${parts.length} parts; remove or rename it.`,
    );
  }
  return parts;
}
