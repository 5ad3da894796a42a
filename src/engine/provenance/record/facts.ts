import type { GgufHeader } from '../../../protocol/gguf.ts';
import type { PatchDescription } from '../../../protocol/patches.ts';
import type { EditStatement } from '../../../protocol/provenance.ts';
import type { Reviewed } from '../../../protocol/review.ts';
import type { Manifest } from '../manifest.ts';

/** A model of a record, with the digests of all its files. */
export interface RecordedModel {
  readonly header: Pick<GgufHeader, 'metadata'>;
  readonly manifest: Manifest;
}

/** A patch that is in the candidate. */
export interface RecordedPatch {
  readonly name: string;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
  readonly description: PatchDescription | undefined;
}

/** A signature of the candidate that was verified. */
export interface RecordedSignature {
  readonly name: string;
  readonly digest: string;
  /** Of whom: the subject of the certificate, or the digest of the key. */
  readonly signer: string;
}

/** All that a record says, before it takes a form. */
export interface RecordFacts {
  readonly candidate: RecordedModel;
  readonly base: RecordedModel | undefined;
  readonly patches: readonly RecordedPatch[];
  /** The edits as they were declared, by a rebuild or by a trusted signature. */
  readonly statement: EditStatement | undefined;
  /** The candidate was built anew from base and patches, byte for byte. */
  readonly rebuilt: boolean;
  readonly reviewed: Reviewed | undefined;
  readonly signature: RecordedSignature | undefined;
  readonly serialNumber: string;
  readonly time: Date;
}
