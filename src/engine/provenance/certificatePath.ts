import { InputError } from '../errors.ts';
import type { Certificate } from './certificate.ts';

/** Longer than any path of certificates is; what a hostile bundle could have tried without end. */
const maxPathLength = 8;

/** id-kp-codeSigning */
const codeSigning = '1.3.6.1.5.5.7.3.3';

/** RSA and ECDSA with MD5 or SHA-1, for which two certificates with one signature can be made. */
const broken = new Set(['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1']);

/**
 * The path from the certificate of a signer to a trusted root, as RFC 5280 (section 6.1) and OpenSSL check it: names,
 * signatures, validity, basic constraints and key usage; no revocation. A root is a certificate of `trusted` that signed
 * itself. `model_signing` checks the validity at the time at which the signer's certificate became valid; here it is `now`,
 * since nothing says that a signature was made before its certificate expired.
 *
 * @param chain the signer's certificate, and others that need not be trusted
 * @param name of the signature, for errors
 * @returns from the signer's to the root
 * @throws InputError with the reason why there is none
 */
export function pathToRoot(
  chain: readonly [Certificate, ...Certificate[]],
  trusted: readonly Certificate[],
  now: Date,
  name: string,
): readonly Certificate[] {
  const [signer, ...others] = chain;
  expectSigner(signer, name);
  const pool = new Set([...trusted, ...others]);
  const path = pathFrom([signer], pool, trusted, now);
  if (typeof path !== 'string') return path;
  throw new InputError(
    `${name} is signed with the certificate of ${signer.subject}, which is not trusted: ${path}.`,
  );
}

/** The rule of `model_signing`: its key may sign data, or code. */
function expectSigner({ subject, keyUsage, extendedKeyUsage }: Certificate, name: string): void {
  if (keyUsage?.digitalSignature === true || extendedKeyUsage.includes(codeSigning)) return;
  throw new InputError(
    `${name} is signed with the certificate of ${subject}, whose key is not meant for signing: its key usage has neither digitalSignature nor codeSigning.`,
  );
}

/**
 * @param pool issuers that were not tried yet: each is tried once, so that no bundle is searched without end
 * @returns the whole path, or why there is none
 */
function pathFrom(
  path: readonly [Certificate, ...Certificate[]],
  pool: Set<Certificate>,
  trusted: readonly Certificate[],
  now: Date,
): readonly Certificate[] | string {
  const last = path.at(-1) ?? path[0];
  const wrong = problemOf(last, path.length - 2, now);
  if (wrong !== undefined) return wrong;
  if (isSelfSigned(last)) {
    const known = trusted.some(({ x509 }) => x509.raw.equals(last.x509.raw));
    return known ? path : `${last.subject} signed itself, and is no root that is trusted`;
  }
  if (path.length === maxPathLength) return `more than ${maxPathLength} certificates stand above it`;
  let why = `no certificate of its issuer (${last.x509.issuer.replaceAll('\n', ', ')}) is at hand`;
  for (const issuer of pool) {
    if (!signed(issuer, last)) continue;
    pool.delete(issuer);
    const found = pathFrom([...path, issuer], pool, trusted, now);
    if (typeof found !== 'string') return found;
    why = found;
  }
  return why;
}

/**
 * @param below authorities that stand below the certificate; negative for the signer's own
 */
function problemOf(certificate: Certificate, below: number, now: Date): string | undefined {
  const { subject, validFrom, validTo, unknownCritical, signedBy } = certificate;
  const day = (date: Date) => date.toISOString().slice(0, 10);
  if (now < validFrom) return `the certificate of ${subject} is valid only from ${day(validFrom)} on`;
  if (now > validTo) return `the certificate of ${subject} expired on ${day(validTo)}`;
  const [unknown] = unknownCritical;
  if (unknown !== undefined) {
    return `the certificate of ${subject} has the critical extension ${unknown}, which is not known here`;
  }
  if (broken.has(signedBy) && !isSelfSigned(certificate)) {
    return `the certificate of ${subject} is signed by way of a hash that can be forged (MD5 or SHA-1)`;
  }
  return below < 0 ? undefined : authorityProblem(certificate, below);
}

function authorityProblem(
  { subject, isAuthority, keyUsage, pathLength }: Certificate,
  below: number,
): string | undefined {
  if (!isAuthority || keyUsage?.keyCertSign === false) return `${subject} may not issue certificates`;
  if (pathLength !== undefined && below > pathLength) {
    return `${subject} allows ${pathLength} authorities below it, and there are ${below}`;
  }
  return undefined;
}

const isSelfSigned = (certificate: Certificate): boolean => signed(certificate, certificate);

function signed(issuer: Certificate, certificate: Certificate): boolean {
  return certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey);
}
