import type { EngineParams } from '../../protocol/engine.ts';
import { InputError } from '../errors.ts';
import type { Signer } from './bundle.ts';
import { readCertificates } from './certificate.ts';
import { ofCurve, readPrivateKey } from './keys.ts';

type SignerFiles = Pick<EngineParams['sign'], 'key' | 'passphrase' | 'certificate' | 'certificateChain'>;

/** The files that say who signs. */
export const signerFiles = ({ key, certificate, certificateChain = [] }: SignerFiles): string[] => [
  key,
  ...(certificate === undefined ? [] : [certificate]),
  ...certificateChain,
];

/**
 * A private key, with its certificate and those above it where they are given.
 *
 * @throws InputError where the certificate is of another key, or may not be used now
 */
export async function readSigner({
  key: file,
  passphrase,
  certificate,
  certificateChain,
}: SignerFiles): Promise<Signer> {
  const key = await readPrivateKey(file, passphrase);
  if (certificate === undefined) {
    if (certificateChain === undefined) return { key, certificates: [] };
    throw new InputError('A certificate chain needs the certificate that it belongs to.');
  }
  const [own, ...more] = await readCertificates(certificate);
  if (own === undefined) throw new Error(`${certificate} without a certificate`);
  if (ofCurve(certificate, own.x509.publicKey).hint !== key.hint) {
    throw new InputError(`${certificate} is the certificate of another key than ${file}.`);
  }
  const now = new Date();
  if (now > own.validTo || now < own.validFrom) {
    throw new InputError(
      `${certificate} is valid from ${own.validFrom.toISOString()} to ${own.validTo.toISOString()}; nobody would accept what is signed with it now.`,
    );
  }
  const chain = (await Promise.all((certificateChain ?? []).map(readCertificates))).flat();
  return { key, certificates: [own, ...more, ...chain] };
}
