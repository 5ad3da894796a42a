import { sign, verify } from 'node:crypto';
import { Bundle } from '@sigstore/protobuf-specs';
import { InputError } from '../errors.ts';
import { listed } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import type { SigningKey } from './keys.ts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';

/** A payload in a signed DSSE envelope in a Sigstore bundle, as JSON text. */
export function sealBundle(payload: Uint8Array, { key, hash, hint }: SigningKey): string {
  const sig = sign(hash, preAuthenticated(payload), key);
  const bundle: Bundle = {
    mediaType,
    verificationMaterial: {
      content: { $case: 'publicKey', publicKey: { hint } },
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

/**
 * The payload of a bundle, after its signature was checked.
 *
 * @throws InputError with the reason why the bundle is refused
 */
export function openBundle(text: string, name: string, { key, hash, hint }: SigningKey): Buffer {
  const bundle = parse(text, name);
  if (bundle.mediaType !== mediaType) {
    throw new InputError(
      `${name} is a bundle of the kind "${bundle.mediaType}"; only Sigstore bundles v0.3 are read.`,
    );
  }
  if (bundle.content?.$case !== 'dsseEnvelope') throw new InputError(`${name} holds no DSSE envelope.`);
  const envelope = bundle.content.dsseEnvelope;
  const material = bundle.verificationMaterial?.content;
  if (material?.$case !== 'publicKey') {
    throw new InputError(
      `${name} was not signed with a key of its own; only key signatures are verified here.`,
    );
  }
  if (material.publicKey.hint !== hint) {
    throw new InputError(`${name} was signed with another key (${material.publicKey.hint.slice(0, 16)}...).`);
  }
  if (envelope.payloadType !== payloadType) {
    throw new InputError(`${name} holds "${envelope.payloadType}", not an in-toto statement.`);
  }
  const [signature] = envelope.signatures;
  if (signature === undefined || envelope.signatures.length !== 1) {
    throw new InputError(`${name} has ${envelope.signatures.length} signatures instead of one.`);
  }
  if (!verify(hash, preAuthenticated(envelope.payload), key, signature.sig)) {
    throw new InputError(`The signature of ${name} is wrong: its content was changed after it was signed.`);
  }
  return envelope.payload;
}

/** A bundle has some dozen values, of a transparency log some hundred: its payload is one text. */
const mostValues = 10_000;

function parse(text: string, name: string): Bundle {
  try {
    const read = readJson(text, mostValues);
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
