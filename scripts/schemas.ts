import { writeFileSync } from 'node:fs';
import { editsSchema } from './editsSchema.ts';

/** Writes the generated files of `media/` anew; run from the root of the repository after a change of the protocol. */
writeFileSync('media/edits.schema.json', editsSchema());
