import { writeFileSync } from 'node:fs';
import { editorSchema } from './editorSchema.ts';
import { editsSchema } from './editsSchema.ts';
import { policySchema, reviewSchema } from './reviewSchemas.ts';

/** Writes the generated files of `media/` anew; run from the root of the repository after a change of the protocol. */
writeFileSync('media/edits.schema.json', editsSchema());
writeFileSync('media/edits.editor.schema.json', editorSchema());
writeFileSync('media/review.schema.json', reviewSchema());
writeFileSync('media/policy.schema.json', policySchema());
