import { writeFileSync } from 'node:fs';
import { rendered } from './documents.ts';

/** `npm run build:docs`: fills in the documents from `bench/results`, the program's help, its settings and its schemas. */
for (const [file, text] of await rendered()) writeFileSync(file, text);
