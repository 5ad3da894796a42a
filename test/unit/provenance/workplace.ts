import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type Curve = 'P-256' | 'P-384' | 'P-521';

/** A model of three files, keys beside it, and the paths of both. */
export async function workplace(folder: string, namedCurve: Curve = 'P-256') {
  const model = path.join(folder, 'model');
  await mkdir(path.join(model, 'b'), { recursive: true });
  await mkdir(path.join(model, '.git'));
  await writeFile(path.join(model, 'b', 'weights.bin'), 'weights');
  await writeFile(path.join(model, 'b.txt'), 'text');
  await writeFile(path.join(model, 'a.json'), '{}');
  await writeFile(path.join(model, '.git', 'HEAD'), 'ref');
  const [key, pub] = await keyPair(folder, 'own', namedCurve);
  return { model, key, pub, out: path.join(folder, 'model.sig') };
}

/** Writes a new pair of keys as PEM files: the private one, the public one. */
export async function keyPair(
  folder: string,
  name: string,
  namedCurve: Curve = 'P-256',
  passphrase?: string,
) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const files = [path.join(folder, `${name}.pem`), path.join(folder, `${name}.pub.pem`)] as const;
  const locked = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  await writeFile(files[0], privateKey.export({ type: 'pkcs8', format: 'pem', ...locked }));
  await writeFile(files[1], publicKey.export({ type: 'spki', format: 'pem' }));
  return files;
}

/** A bundle and the statement in it, as parsed JSON. */
interface Opened {
  readonly bundle: {
    mediaType: string;
    verificationMaterial: Record<string, unknown>;
    dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] };
  };
  readonly statement: {
    _type: string;
    predicateType: string;
    subject: { name: string; digest: { sha256: string } }[];
    predicate: {
      resources: { name: string; algorithm: string; digest: string }[];
      serialization: Record<string, unknown>;
    } & Record<string, unknown>;
  };
}

/** Changes a bundle or what it signs; signs it again where the signer themself made the change. */
export async function rewrite(
  file: string,
  change: (opened: Opened) => void,
  signer?: string,
): Promise<void> {
  const bundle: Opened['bundle'] = JSON.parse(await readFile(file, 'utf8'));
  const envelope = bundle.dsseEnvelope;
  const statement: Opened['statement'] = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
  const before = JSON.stringify(statement);
  change({ bundle, statement });
  const after = JSON.stringify(statement);
  if (after !== before) envelope.payload = Buffer.from(after).toString('base64');
  if (signer !== undefined) {
    const payload = Buffer.from(envelope.payload, 'base64');
    const { payloadType } = envelope;
    const signed = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
    const key = createPrivateKey(await readFile(signer));
    const sig = sign('sha256', Buffer.concat([Buffer.from(signed), payload]), key).toString('base64');
    for (const signature of envelope.signatures) signature.sig = sig;
  }
  await writeFile(file, JSON.stringify(bundle));
}

/** OMS's digest of a model: SHA-256 over the digests of its files, one after the other. */
export function rootOver(digests: readonly string[]): string {
  return createHash('sha256')
    .update(Buffer.concat(digests.map((digest) => Buffer.from(digest, 'hex'))))
    .digest('hex');
}
