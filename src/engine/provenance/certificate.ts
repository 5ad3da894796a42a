import { X509Certificate as NodeCertificate } from 'node:crypto';
import { X509Certificate as ParsedCertificate } from '@sigstore/core';
import type { CertificateOfSigner } from '../../protocol/provenance.ts';
import { visible } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { readText } from '../json/readText.ts';

/**
 * An X.509 certificate. OpenSSL checks its signature and its names; its extensions, which Node does not show, are read from
 * its ASN.1.
 */
export interface Certificate {
  readonly x509: NodeCertificate;
  /** Who it is about, in one line. */
  readonly subject: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly isAuthority: boolean;
  /** How many authorities may stand below this one; undefined without a bound. */
  readonly pathLength: number | undefined;
  /** undefined where it does not say what its key is for. */
  readonly keyUsage: { readonly digitalSignature: boolean; readonly keyCertSign: boolean } | undefined;
  /** OIDs. */
  readonly extendedKeyUsage: readonly string[];
  /** OIDs of extensions that must be heeded, and are not known here. */
  readonly unknownCritical: readonly string[];
  /** OID of the algorithm that it is signed by. */
  readonly signedBy: string;
}

const oids = { keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', extendedKeyUsage: '2.5.29.37' } as const;
/** Besides those: subject alternative name, certificate policies, identifiers of the keys. None restricts a path. */
const heeded = new Set([...Object.values(oids), '2.5.29.17', '2.5.29.32', '2.5.29.35', '2.5.29.14']);

/** More than a store of authorities holds. */
const maxCertificates = 1000;
const maxBytes = 4 << 20;

/** The certificates of a PEM file, in its order. @throws InputError where it holds none, or a damaged one */
export async function readCertificates(file: string): Promise<Certificate[]> {
  return certificatesIn(await readText(file, maxBytes), file);
}

/** The same, of the text of a file that was read. */
export function certificatesIn(text: string, file: string): Certificate[] {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (pems.length === 0) throw new InputError(`${file} holds no certificate in PEM form.`);
  if (pems.length > maxCertificates) {
    throw new InputError(`${file} holds ${pems.length} certificates; ${maxCertificates} are read at most.`);
  }
  return pems.map((pem) => certificateIn(pem, file));
}

/**
 * @param bytes PEM text or DER
 * @param name what errors call it
 * @throws InputError where it is no certificate
 */
export function certificateIn(bytes: string | Uint8Array, name: string): Certificate {
  try {
    return parsed(new NodeCertificate(bytes));
  } catch (cause) {
    throw new InputError(`${name} holds a certificate that is damaged.`, { cause });
  }
}

function parsed(x509: NodeCertificate): Certificate {
  const asn1 = ParsedCertificate.parse(x509.raw);
  const extensions = asn1.extensions.map((extension) => ({
    oid: extension.subs[0]?.toOID() ?? '',
    // left out where it is false
    critical: extension.subs.length === 3 && extension.subs[1]?.toBoolean() === true,
  }));
  const { extKeyUsage: usage, extBasicConstraints: constraints } = asn1;
  const pathLength = constraints?.pathLenConstraint;
  return {
    x509,
    subject: visible(x509.subject.replaceAll('\n', ', ')),
    validFrom: new Date(x509.validFrom),
    validTo: new Date(x509.validTo),
    isAuthority: constraints?.isCA === true,
    pathLength: pathLength === undefined ? undefined : Number(pathLength),
    keyUsage: usage && { digitalSignature: usage.digitalSignature, keyCertSign: usage.keyCertSign },
    // of Node the name: these are the extended usages
    extendedKeyUsage: x509.keyUsage ?? [],
    unknownCritical: extensions
      .filter(({ oid, critical }) => critical && !heeded.has(oid))
      .map(({ oid }) => oid),
    signedBy: asn1.root.subs[1]?.subs[0]?.toOID() ?? '',
  };
}

/** SHA-256 of the certificate, as `model_signing --log_fingerprints` writes it. */
const fingerprintOf = ({ x509 }: Certificate): string => x509.fingerprint256;

/** What is told of a certificate. */
export function described(certificate: Certificate): CertificateOfSigner {
  return {
    subject: certificate.subject,
    issuer: visible(certificate.x509.issuer.replaceAll('\n', ', ')),
    fingerprint: fingerprintOf(certificate),
    validFrom: certificate.validFrom.toISOString(),
    validTo: certificate.validTo.toISOString(),
  };
}
