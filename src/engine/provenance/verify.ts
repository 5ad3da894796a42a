import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Verified } from '../../protocol/provenance.ts';
import { InputError } from '../errors.ts';
import { digestFile, digestFiles } from '../files/digest.ts';
import { readModelFiles } from '../gguf/split.ts';
import { readText } from '../json/readText.ts';
import { RemoteModels } from '../remote/remoteModels.ts';
import { phases, type Work } from '../work/progress.ts';
import { type Opened, openBundle } from './bundle.ts';
import { described } from './certificate.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { rebuilds } from './rebuild.ts';
import { filesBelow, gitPaths, isFolder, namedLikeParts, partsOf, type SignedFiles } from './signedFiles.ts';
import { readStatement, type SignedContent } from './statement.ts';
import { readTrust, type Trust, trustCertificates } from './trust.ts';

const maxBytes = 64 << 20;

/**
 * Checks a model against its signature; with base and patches also that only the declared edits happened. Digests of a
 * model on the hub are those that the hub says.
 */
export async function verifyModel(params: EngineParams['verify'], work: Work = {}): Promise<Verified> {
  await using remote = new RemoteModels(params, work);
  return await remote.named(async () => {
    const { path: model, base } = params;
    const place = await remote.at(model);
    const against = base === undefined ? undefined : await remote.at(base);
    const found = await verifyAt({ ...params, path: place, base: against }, remote, work);
    return { ...found, path: remote.called(place) };
  });
}

async function verifyAt(
  { path: model, signature, key, certificates, base, patches, allowSymlinks = false }: EngineParams['verify'],
  remote: RemoteModels,
  work: Work,
): Promise<Verified> {
  const [hashing, rebuilding] = phases(work, [1, base === undefined ? 0 : 3]);
  const trust = await trustOf({ key, certificates });
  const { content, signer } = await verifySignature(model, signature, trust, allowSymlinks, hashing);
  const { manifest, edits, predicate } = content;
  if (base !== undefined) {
    // it is built by llama.cpp's own code, which reads files that are whole
    await remote.complete(remote.files, { signal: work.signal });
  }
  const rebuilt =
    base === undefined ? null : await rebuiltFrom(base, patches ?? [], model, content, rebuilding);
  return {
    path: model,
    digest: `sha256:${manifest.root}`,
    files: manifest.resources.length,
    key: signer.key.hint,
    certificates: signer.certificates.map(described),
    statement: edits ?? null,
    predicate: predicate ?? null,
    rebuilt,
    downloaded: remote.isUsed ? remote.transfer.moved : null,
  };
}

/** A public key or certificates. @throws InputError */
export async function trustOf({
  key,
  certificates,
}: Pick<EngineParams['verify'], 'key' | 'certificates'>): Promise<Trust> {
  if (key !== undefined && certificates !== undefined) {
    throw new InputError('Name a public key or certificates of authorities, not both.');
  }
  if (key !== undefined) return await readTrust(key);
  if (certificates !== undefined) return await trustCertificates(certificates);
  throw new InputError(
    'Name the public key, or the certificates of the authority, to verify the signature with.',
  );
}

/**
 * What the signature says and who signed it, once it is known to be right for this model. A file of a signed folder is
 * verified with all files that the signature names, and with all that are called parts of the same model.
 *
 * @throws InputError with the reason if not
 */
export async function verifySignature(
  model: string,
  signature: string,
  trust: Trust,
  allowSymlinks: boolean,
  work: Work = {},
): Promise<{ readonly content: SignedContent; readonly signer: Opened }> {
  const signer = openBundle(await readText(signature, maxBytes), signature, trust);
  const signed = readStatement(signer.payload, signature);
  const parts = await partsOf(model);
  const content = await aboutOneFile(model, parts, signed);
  const files = await filesToVerify(model, parts, signature, content, allowSymlinks);
  const found = await manifestOf(content.manifest.name, files, work);
  const differences = differencesOf(content.manifest, await withoutRecord(found, files.root, content));
  if (differences.length > 0) {
    const more = differences.length > 5 ? ` and ${differences.length - 5} more` : '';
    throw new InputError(`${model} is not what was signed: ${differences.slice(0, 5).join(', ')}${more}.`);
  }
  return { content, signer };
}

/** An attestation about one file says its name, which is for people: what the file is called may have changed. */
async function aboutOneFile(
  model: string,
  parts: readonly string[] | undefined,
  content: SignedContent,
): Promise<SignedContent> {
  const { manifest, predicate } = content;
  const [only, ...others] = manifest.resources;
  if (predicate === undefined || only === undefined || others.length > 0) return content;
  if (parts !== undefined || (await isFolder(model))) return content;
  return { ...content, manifest: { ...manifest, resources: [{ ...only, name: '.' }] } };
}

/** Without the file of what is attested, which cannot be about itself, and is signed all the same. */
async function withoutRecord(
  found: Manifest,
  root: string,
  { manifest, predicate }: SignedContent,
): Promise<Manifest> {
  if (predicate === undefined) return found;
  const attested = new Set(manifest.resources.map(({ name }) => name));
  const resources = [];
  for (const resource of found.resources) {
    const isNew = !attested.has(resource.name) && resource.name.endsWith('.json');
    if (isNew && (await holds(path.join(root, resource.name), predicate.value))) continue;
    resources.push(resource);
  }
  return { ...found, resources };
}

async function holds(file: string, value: unknown): Promise<boolean> {
  try {
    return isDeepStrictEqual(JSON.parse(await readText(file, maxBytes)), value);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof InputError) return false;
    throw error;
  }
}

async function filesToVerify(
  model: string,
  parts: readonly string[] | undefined,
  signature: string,
  { manifest, ignored, predicate }: SignedContent,
  allowSymlinks: boolean,
): Promise<SignedFiles> {
  const names = manifest.resources.map(({ name }) => name);
  const ofOneFile = names.includes('.');
  if (ofOneFile && parts !== undefined) {
    throw new InputError(
      `${signature} is about one file, and ${model} is one of ${parts.length} parts of a model; sign the model again, which signs all of them.`,
    );
  }
  if (ofOneFile) return filesBelow(model, ['.'], { ignored, allowSymlinks });
  if (await isFolder(model)) {
    // an attestation names no files that it leaves out
    const own = path.relative(path.resolve(model), path.resolve(signature)).split(path.sep).join('/');
    const left = predicate === undefined ? ignored : [...gitPaths, own];
    return filesBelow(model, ['.'], { ignored: left, allowSymlinks });
  }
  const root = path.dirname(model);
  const wanted = new Set([...names, ...(await namedLikeParts(model))]);
  const there = [...wanted].filter((name) => existsSync(path.join(root, name)));
  return filesBelow(root, there, { allowSymlinks });
}

function differencesOf(signed: Manifest, found: Manifest): string[] {
  const wanted = new Map(signed.resources.map(({ name, digest }) => [name, digest]));
  const there = new Map(found.resources.map(({ name, digest }) => [name, digest]));
  const called = (name: string) => (name === '.' ? 'the file' : name);
  return [
    ...[...wanted].filter(([name]) => !there.has(name)).map(([name]) => `${called(name)} is missing`),
    ...[...there].filter(([name]) => !wanted.has(name)).map(([name]) => `${called(name)} was added`),
    ...[...wanted]
      .filter(([name, digest]) => there.has(name) && there.get(name) !== digest)
      .map(([name]) => `${called(name)} was changed`),
  ];
}

/** @throws InputError where base or patches are not those of the statement, or there is none */
async function rebuiltFrom(
  base: string,
  patches: readonly string[],
  model: string,
  { edits }: SignedContent,
  work: Work,
): Promise<boolean> {
  if (edits === undefined) {
    throw new InputError(`The signature of ${model} declares no edits, so there is nothing to rebuild.`);
  }
  const [hashing, building] = phases(work, [1, 3]);
  const { paths } = await readModelFiles(base);
  if ((await digestFiles(paths, hashing)) !== edits.base.digest) {
    throw new InputError(`${base} is not the base that the statement names (${edits.base.name}).`);
  }
  const digests = await Promise.all(patches.map((patch) => digestFile(patch, { signal: work.signal })));
  const declared = edits.patches.map(({ digest }) => digest);
  if (digests.length !== declared.length || digests.some((digest, index) => digest !== declared[index])) {
    throw new InputError(`The patches are not those that the statement declares, in its order.`);
  }
  return await rebuilds(base, patches, model, building);
}
