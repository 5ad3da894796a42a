import { readFileSync, writeFileSync } from 'node:fs';
import { editorSchema } from './editorSchema.ts';
import { editsSchema } from './editsSchema.ts';
import { withDescriptions, withMethods, withTools, withToolTitles } from './manifest.ts';
import { policySchema, reviewSchema } from './reviewSchemas.ts';

/**
 * Writes the generated files of `media/` anew, and what the manifest says of methods and tools; run from the root of the repository
 * after a change of the protocol or of the tools for language models.
 */
writeFileSync('media/edits.schema.json', editsSchema());
writeFileSync('media/edits.editor.schema.json', editorSchema());
writeFileSync('media/review.schema.json', reviewSchema());
writeFileSync('media/policy.schema.json', policySchema());
writeFileSync('package.json', json(withTools(withMethods(JSON.parse(readFileSync('package.json', 'utf8'))))));
writeFileSync(
  'package.nls.json',
  json(withToolTitles(withDescriptions(JSON.parse(readFileSync('package.nls.json', 'utf8'))))),
);

function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
