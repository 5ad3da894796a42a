import * as z from 'zod';
import { ModelName } from './model.ts';

/** Signing and verifying models: what `sign` and `verify` ask for and give, and the statement of edits. */

const digestText = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits');

export const EditStatement = z
  .strictObject({
    base: z.strictObject({ digest: digestText, name: z.string() }),
    candidate: digestText.describe('The edited checkpoint.'),
    patches: z.array(
      z.strictObject({
        digest: digestText,
        edits: z.array(
          z.strictObject({
            id: z.string(),
            prompt: z.string(),
            subject: z.string(),
            target: z.strictObject({ new: z.string(), true: z.string().optional() }),
            method: z.string(),
            layer: z.int(),
          }),
        ),
      }),
    ),
    tensors: z
      .array(z.strictObject({ name: z.string(), before: digestText, after: digestText }))
      .describe('Every tensor that differs, with the digests of its stored bytes.'),
    tool: z.string(),
  })
  .describe('What was edited, as whoever signed it says.');
export type EditStatement = z.infer<typeof EditStatement>;

const path = z.string().min(1);

const allowSymlinks = z
  .boolean()
  .optional()
  .describe('Follow symbolic links to files, instead of refusing them.');

export const SignParams = z.strictObject({
  path: path.describe('A file, a folder, or any part of a split model.'),
  key: path.describe('PEM file of an elliptic-curve private key (P-256, P-384 or P-521).'),
  passphrase: z.string().optional(),
  certificate: path.optional().describe('PEM file of the certificate of that key, which names the signer.'),
  certificateChain: z
    .array(path)
    .optional()
    .describe('PEM files of the authorities between the certificate and its root.'),
  out: path.describe('The bundle to write.'),
  edits: z
    .strictObject({ base: ModelName, patches: z.array(path).min(1) })
    .optional()
    .describe('Declare that the checkpoint is this base with these patches; checked before it is signed.'),
  allowSymlinks,
});

const CertificateOfSigner = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  fingerprint: z.string().describe('SHA-256, as pairs of hexadecimal digits with colons.'),
  validFrom: z.string(),
  validTo: z.string(),
});
export type CertificateOfSigner = z.infer<typeof CertificateOfSigner>;

const certificates = z
  .array(CertificateOfSigner)
  .describe("The signer's certificate and those above it; empty where a key was used without one.");

export const Signed = z.strictObject({
  out: z.string(),
  digest: z.string().describe("The model's digest: over those of its files in their order."),
  files: z.int(),
  key: z.string().describe('SHA-256 of the public key as PEM, which names it in the bundle.'),
  certificates,
  statement: EditStatement.nullable(),
});
export type Signed = z.infer<typeof Signed>;

export const VerifyParams = z.strictObject({
  path: path.describe('A path or a reference.'),
  download: z.number().positive().optional().describe('Bytes that may be downloaded; 4 GB unless given.'),
  signature: path,
  key: path.optional().describe('PEM file of the public key; or certificates, one of the two.'),
  certificates: z
    .array(path)
    .min(1)
    .optional()
    .describe('PEM files of the authorities that are trusted, a root among them.'),
  base: ModelName.optional().describe('Rebuild the checkpoint from this base ...'),
  patches: z.array(path).optional().describe('... and these patches, and account for every byte.'),
  allowSymlinks,
});

export const Verified = z.strictObject({
  path: z.string(),
  digest: z.string(),
  files: z.int(),
  key: z.string(),
  certificates,
  statement: EditStatement.nullable(),
  predicate: z
    .strictObject({
      type: z.string(),
      value: z.record(z.string(), z.unknown()).describe('As the signer wrote it.'),
    })
    .nullable()
    .describe('What an in-toto attestation says of the files; null for a model signature.'),
  rebuilt: z
    .boolean()
    .nullable()
    .describe(
      'The base with the declared patches is this file, byte for byte; null where it was not rebuilt.',
    ),
  downloaded: z
    .int()
    .nullable()
    .describe('Bytes; of a model on the hub digests are what the hub says. null where all was at hand.'),
});
export type Verified = z.infer<typeof Verified>;
