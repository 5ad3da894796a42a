import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { Recorded } from '../../../protocol/record.ts';
import { readPatch } from '../../editing/patches/readPatch.ts';
import { InputError } from '../../errors.ts';
import { writeWhole } from '../../files/atomicWrite.ts';
import { digestFile } from '../../files/digest.ts';
import { isReference } from '../../remote/reference.ts';
import { RemoteModels } from '../../remote/remoteModels.ts';
import { readCheckpoint } from '../../safetensors/checkpoint.ts';
import { phases, type Work } from '../../work/progress.ts';
import { sealBundle } from '../bundle.ts';
import { editStatement } from '../editStatement.ts';
import { filesOfModel, type WholeModel } from '../filesOfModel.ts';
import { manifestOf } from '../manifest.ts';
import { readSigner, signerFiles } from '../signer.ts';
import { trustOf, verifySignature } from '../verify.ts';
import { recordStatement } from './attestation.ts';
import { bomText } from './bom.ts';
import type { RecordedModel, RecordedPatch, RecordedSignature } from './facts.ts';

/**
 * The modification record of a model: what it is made from and by which patches, with all digests, and what a review and a
 * signature say of it. Nothing is recorded that was not checked: patches are after the candidate was rebuilt from them, a
 * signature is after it was verified.
 *
 * @throws InputError where a patch, the review or the signature is of another model
 */
export async function recordModel(params: EngineParams['record'], work: Work = {}): Promise<Recorded> {
  await using remote = new RemoteModels(params, work);
  return await remote.named(async () => {
    const { base, patches = [] } = params;
    const places = {
      candidate: await remote.at(params.candidate),
      base: base === undefined ? undefined : await remote.at(base),
    };
    // they are put together by llama.cpp's own code, which reads files that are whole
    if (patches.length > 0) await remote.complete(remote.files, { signal: work.signal });
    return await recordAt(params, places, work);
  });
}

/** Where the models can be read. */
interface Places {
  readonly candidate: string;
  readonly base: string | undefined;
}

async function recordAt(
  {
    candidate: named,
    base: namedBase,
    patches = [],
    reviewed,
    signature,
    attestation,
    out,
    allowSymlinks = false,
  }: EngineParams['record'],
  { candidate, base }: Places,
  work: Work,
): Promise<Recorded> {
  const [declaring, first, second] = phases(work, [
    patches.length > 0 ? 3 : 0,
    1,
    base === undefined ? 0 : 1,
  ]);
  if (patches.length > 0 && base === undefined) {
    throw new InputError('Patches are recorded with the base that they are for; name it.');
  }
  const statement =
    base !== undefined && patches.length > 0
      ? await editStatement(base, patches, candidate, declaring)
      : (reviewed?.declared ?? undefined);
  const ignored = [attestation?.out, out, signature?.path].filter((file) => file !== undefined);
  const model = await recordedModel(named, candidate, ignored, allowSymlinks, first);
  const from =
    base === undefined ? undefined : await recordedModel(namedBase ?? base, base, ignored, true, second);
  const bom = bomText({
    candidate: model,
    base: from,
    patches: await Promise.all(patches.map((patch) => recordedPatch(patch, work))),
    statement,
    rebuilt: patches.length > 0,
    reviewed,
    signature: signature && (await recordedSignature(candidate, signature, allowSymlinks, work)),
    serialNumber: `urn:uuid:${randomUUID()}`,
    time: new Date(),
  });
  const { manifest } = model;
  const protect = [
    ...model.own,
    ...(from?.own ?? []),
    ...patches,
    ...(signature === undefined ? [] : [signature.path]),
    ...(attestation === undefined ? [] : signerFiles(attestation)),
  ];
  if (out !== undefined) await writeWhole(out, bom, { protect });
  if (attestation !== undefined) {
    const signer = await readSigner(attestation);
    await writeWhole(attestation.out, sealBundle(recordStatement(manifest, bom), signer), { protect });
  }
  return {
    bom,
    digest: `sha256:${manifest.root}`,
    files: manifest.resources.length,
    attestation: attestation?.out ?? null,
  };
}

/** @param called how people call it: a reference goes by itself, not by where it is laid out */
async function recordedModel(
  called: string,
  model: string,
  ignored: readonly string[],
  allowSymlinks: boolean,
  work: Work,
): Promise<RecordedModel & Pick<WholeModel, 'own'>> {
  const { header } = await readCheckpoint(model, { signal: work.signal });
  const { name, files, own } = await filesOfModel(model, { without: ignored, allowSymlinks });
  return { header, manifest: await manifestOf(isReference(called) ? called : name, files, work), own };
}

async function recordedPatch(file: string, { signal }: Work): Promise<RecordedPatch> {
  const { description } = await readPatch(file);
  return { name: path.basename(file), digest: await digestFile(file, { signal }), description };
}

async function recordedSignature(
  candidate: string,
  { path: file, ...trusted }: NonNullable<EngineParams['record']['signature']>,
  allowSymlinks: boolean,
  { signal }: Work,
): Promise<RecordedSignature> {
  const { signer } = await verifySignature(candidate, file, await trustOf(trusted), allowSymlinks, {
    signal,
  });
  const [certificate] = signer.certificates;
  return {
    name: path.basename(file),
    digest: await digestFile(file, { signal }),
    signer: certificate?.subject ?? `the key ${signer.key.hint}`,
  };
}
