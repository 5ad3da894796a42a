import { sign, verify } from 'node:crypto';
import { Bundle } from '@sigstore/protobuf-specs';
import { InputError } from '../errors.ts';
import { listed } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { type Certificate, certificateIn } from './certificate.ts';
import { pathToRoot } from './certificatePath.ts';
import { ofCurve, type SigningKey } from './keys.ts';
import type { Trust } from './trust.ts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';

/** What signs: a private key, and the certificate of its public one with those that lead to a root; none without. */
export interface Signer {
  readonly key: SigningKey;
  readonly certificates: readonly Certificate[];
}

/** A payload in a signed DSSE envelope in a Sigstore bundle, as JSON text. */
export function sealBundle(payload: Uint8Array, { key: signing, certificates }: Signer): string {
  const { key, hash } = signing;
  const sig = sign(hash, preAuthenticated(payload), key);
  const bundle: Bundle = {
    mediaType,
    verificationMaterial: {
      content: materialOf(signing, certificates),
      tlogEntries: [],
      timestampVerificationData: undefined,
    },
    content: {
      $case: 'dsseEnvelope',
      dsseEnvelope: { payload: Buffer.from(payload), payloadType, signatures: [{ sig, keyid: '' }] },
    },
  };
  const json = Bundle.toJSON(bundle) as { verificationMaterial: Record<string, unknown> };
  // protobuf's JSON leaves an empty list out, which the reference implementation then asks for
  json.verificationMaterial['tlogEntries'] ??= [];
  return `${JSON.stringify(json)}\n`;
}

type Material = NonNullable<Bundle['verificationMaterial']>['content'];

function materialOf({ hint }: SigningKey, certificates: readonly Certificate[]): Material {
  if (certificates.length === 0) return { $case: 'publicKey', publicKey: { hint } };
  const chain = certificates.map(({ x509 }) => ({ rawBytes: x509.raw }));
  return { $case: 'x509CertificateChain', x509CertificateChain: { certificates: chain } };
}

/** What a signature that is right holds, and by whom it is. */
export interface Opened {
  readonly payload: Buffer;
  readonly key: SigningKey;
  /** From the signer's certificate to the root; empty where a key was trusted. */
  readonly certificates: readonly Certificate[];
}

/**
 * The payload of a bundle, after its signature was checked.
 *
 * @throws InputError with the reason why the bundle is refused
 */
export function openBundle(text: string, name: string, trust: Trust): Opened {
  const bundle = parse(text, name);
  if (bundle.mediaType !== mediaType) {
    throw new InputError(
      `${name} is a bundle of the kind "${bundle.mediaType}"; only Sigstore bundles v0.3 are read.`,
    );
  }
  if (bundle.content?.$case !== 'dsseEnvelope') throw new InputError(`${name} holds no DSSE envelope.`);
  const envelope = bundle.content.dsseEnvelope;
  const { key: signing, certificates } = signerOf(bundle.verificationMaterial?.content, name, trust);
  if (envelope.payloadType !== payloadType) {
    throw new InputError(`${name} holds "${envelope.payloadType}", not an in-toto statement.`);
  }
  const [signature] = envelope.signatures;
  if (signature === undefined || envelope.signatures.length !== 1) {
    throw new InputError(`${name} has ${envelope.signatures.length} signatures instead of one.`);
  }
  if (!verify(signing.hash, preAuthenticated(envelope.payload), signing.key, signature.sig)) {
    throw new InputError(`The signature of ${name} is wrong: its content was changed after it was signed.`);
  }
  return { payload: envelope.payload, key: signing, certificates };
}

/** More than lie between any signer and a root. */
const maxCertificates = 20;

/** @throws InputError where the material is not what is trusted, or of another kind */
function signerOf(material: Material, name: string, trust: Trust): Omit<Opened, 'payload'> {
  if (material?.$case === 'publicKey') {
    const { hint } = material.publicKey;
    if (trust.kind === 'key' && trust.key.hint === hint) return { key: trust.key, certificates: [] };
    if (trust.kind === 'key') {
      throw new InputError(`${name} was signed with another key (${hint.slice(0, 16)}...).`);
    }
    throw new InputError(`${name} was signed with a key, not a certificate; verify it with that public key.`);
  }
  if (material?.$case === 'certificate') {
    throw new InputError(
      `${name} was signed with a certificate of a few minutes, as Sigstore does it without keys; such signatures are not verified here.`,
    );
  }
  if (material?.$case !== 'x509CertificateChain') {
    throw new InputError(`${name} does not say by which key or certificate it was signed.`);
  }
  if (trust.kind === 'key') {
    throw new InputError(
      `${name} was signed with a certificate; verify it with the certificates of its authority.`,
    );
  }
  const stored = material.x509CertificateChain.certificates;
  if (stored.length > maxCertificates) {
    throw new InputError(
      `${name} brings ${stored.length} certificates along; ${maxCertificates} are read at most.`,
    );
  }
  const [signer, ...others] = stored.map(({ rawBytes }) => certificateIn(rawBytes, name));
  if (signer === undefined) throw new InputError(`${name} does not say by which certificate it was signed.`);
  const certificates = pathToRoot([signer, ...others], trust.certificates, new Date(), name);
  return { key: ofCurve(name, signer.x509.publicKey), certificates };
}

/** A bundle has some dozen values, of a transparency log some hundred: its payload is one text. */
const maxValues = 10_000;

function parse(text: string, name: string): Bundle {
  try {
    const read = readJson(text, maxValues);
    if ('problems' in read) throw new InputError(listed(read.problems, name));
    return Bundle.fromJSON(read.value);
  } catch (cause) {
    throw new InputError(`${name} is not a signature bundle, or was cut short.`, { cause });
  }
}

/** DSSE's pre-authentication encoding: what is signed is the payload with its type. */
function preAuthenticated(payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
