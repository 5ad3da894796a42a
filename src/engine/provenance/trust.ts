import { InputError } from '../errors.ts';
import { readText } from '../json/readText.ts';
import { type Certificate, certificatesIn, readCertificates } from './certificate.ts';
import { publicKeyOf, type SigningKey } from './keys.ts';

/** By what a signature is accepted: a public key, or certificates of which those that signed themselves are roots. */
export type Trust =
  | { readonly kind: 'key'; readonly key: SigningKey }
  | { readonly kind: 'certificates'; readonly certificates: readonly Certificate[] };

const maxBytes = 4 << 20;

/** A PEM file: a public key, or certificates of authorities. @throws InputError where it is neither */
export async function readTrust(file: string): Promise<Trust> {
  const text = await readText(file, maxBytes);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return rootsAmong(certificatesIn(text, file), [file]);
  return { kind: 'key', key: publicKeyOf(text, file) };
}

/** @throws InputError where none of the certificates is a root */
export async function trustCertificates(files: readonly string[]): Promise<Trust> {
  return rootsAmong((await Promise.all(files.map(readCertificates))).flat(), files);
}

function rootsAmong(certificates: readonly Certificate[], files: readonly string[]): Trust {
  if (!certificates.some(({ x509 }) => x509.checkIssued(x509))) {
    throw new InputError(
      `${files.join(', ')} holds no root: no certificate there is its own issuer. Add the certificate of the root authority.`,
    );
  }
  return { kind: 'certificates', certificates };
}
