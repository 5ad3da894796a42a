import type { EngineParams } from '../../protocol/engine.ts';
import type { Signed } from '../../protocol/provenance.ts';
import { writeWhole } from '../files/atomicWrite.ts';
import { phases, type Work } from '../work/progress.ts';
import { sealBundle } from './bundle.ts';
import { described } from './certificate.ts';
import { editStatement } from './editStatement.ts';
import { filesOfModel } from './filesOfModel.ts';
import { manifestOf } from './manifest.ts';
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
  // a bundle that is written into the folder is no part of what it signs
  const { name, search, files, own } = await filesOfModel(model, { without: [out], allowSymlinks });
  const statement =
    edits === undefined ? undefined : await editStatement(edits.base, edits.patches, model, declaring);
  const manifest = await manifestOf(name, files, hashing);
  const bundle = sealBundle(statementOf(manifest, search, statement), signer);
  const protect = [...signerFiles(params), ...own];
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
