import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { InputError } from '../errors.ts';
import { readText } from '../json/readText.ts';

/** A key of an elliptic curve, with the hash that its signatures use. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** SHA-256 of the public key as PEM, in hexadecimal digits: how a bundle names its key. */
  readonly hint: string;
}

/** Sigstore's pairs of curve and hash, by OpenSSL's names of the curves. */
const hashes: Readonly<Record<string, SigningKey['hash']>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

const maxBytes = 1 << 16;

/** Reads a private key; it stays in this process. @throws InputError where it is none, or its passphrase is wrong */
export async function readPrivateKey(path: string, passphrase: string | undefined): Promise<SigningKey> {
  const pem = await readText(path, maxBytes);
  try {
    return ofCurve(path, createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) }));
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const locked = /ENCRYPTED/.test(pem);
    throw new InputError(
      locked
        ? `${path} is locked with a passphrase; set PALIMPSEST_KEY_PASSPHRASE to it.`
        : `${path} is not a private key in PEM form.`,
      { cause },
    );
  }
}

/** @param name what errors call it @throws InputError */
export function publicKeyOf(pem: string, name: string): SigningKey {
  if (/PRIVATE KEY/.test(pem)) {
    throw new InputError(`${name} is a private key; give the public key that belongs to it.`);
  }
  try {
    return ofCurve(name, createPublicKey(pem));
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError(`${name} is not a public key in PEM form.`, { cause });
  }
}

/** A key with its hash. @param name what errors call it @throws InputError for a curve that cannot sign here */
export function ofCurve(name: string, key: KeyObject): SigningKey {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown';
  const hash = hashes[curve];
  if (hash === undefined) {
    throw new InputError(`${name} is a ${curve} key; keys of the curves P-256, P-384 and P-521 can sign.`);
  }
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return { key, hash, hint: createHash('sha256').update(pem).digest('hex') };
}
