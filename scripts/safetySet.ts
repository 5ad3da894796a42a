import { readFile, writeFile } from 'node:fs/promises';
import { safetyRecords } from './safetyRecords.ts';

/** `npm run build:safety`: the set of harmless stand-ins, from what was written by hand. */
const parts = JSON.parse(await readFile('samples/safety/questions.json', 'utf8'));
const records = safetyRecords(parts);
await writeFile('samples/safety/stand-ins.safeedit.json', `${JSON.stringify(records, null, 2)}\n`);
process.stdout.write(`${records.length} records\n`);
