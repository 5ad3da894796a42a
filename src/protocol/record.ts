import * as z from 'zod';
import { ModelName } from './model.ts';
import { Download, Reviewed } from './review.ts';

/** The modification record of a model: what `record` is asked for and gives. */

const path = z.string().min(1);

/** By whom something is signed. */
const signer = {
  key: path.describe('PEM file of an elliptic-curve private key.'),
  passphrase: z.string().optional(),
  certificate: path.optional(),
  certificateChain: z.array(path).optional(),
};

export const RecordParams = z.strictObject({
  candidate: ModelName,
  base: ModelName.optional().describe('What the candidate was made from.'),
  patches: z
    .array(path)
    .optional()
    .describe('Patches that are in the candidate: recorded after it was rebuilt from base and patches.'),
  reviewed: Reviewed.optional().describe('What a review of the candidate against this base found.'),
  signature: z
    .strictObject({
      path,
      key: path.optional(),
      certificates: z.array(path).min(1).optional(),
    })
    .optional()
    .describe("The candidate's signature: recorded after it was verified by the key or the certificates."),
  attestation: z
    .strictObject({ ...signer, out: path.describe('The Sigstore bundle to write.') })
    .optional()
    .describe('Also sign the record as an in-toto statement about the files of the candidate.'),
  out: path.optional().describe('Where the record is written as well; it is no part of the candidate.'),
  allowSymlinks: z.boolean().optional(),
  download: Download,
});

export const Recorded = z.strictObject({
  bom: z.string().describe('A CycloneDX 1.6 bill of materials (ML-BOM), as JSON text.'),
  digest: z.string().describe("The candidate's digest: over those of its files in their order."),
  files: z.int(),
  attestation: z.string().nullable().describe('Where the signed statement was written.'),
});
export type Recorded = z.infer<typeof Recorded>;
