import type { Manifest } from '../manifest.ts';

/** The type of in-toto's predicate for a CycloneDX bill of materials (in-toto/attestation, spec/predicates/cyclonedx.md). */
const predicateType = 'https://cyclonedx.org/bom';

/**
 * The record as an in-toto statement v1 about each file of the candidate, as `cosign attest --type cyclonedx` makes it.
 *
 * @param bom the record as JSON text
 */
export function recordStatement({ name, resources }: Manifest, bom: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: resources.map(({ name: file, digest }) => ({
        name: file === '.' ? name : file,
        digest: { sha256: digest },
      })),
      predicateType,
      predicate: JSON.parse(bom),
    }),
  );
}
