import type * as z from 'zod';
import { Edit, type EditsFile, type Format } from '../../protocol/edits.ts';
import { InputError } from '../errors.ts';
import { complaintsAbout } from '../json/complaints.ts';
import { type Complaint, listed, locate, pathName } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { readText } from '../json/readText.ts';
import { counterfact } from './counterfact.ts';
import { knowedit } from './knowEdit.ts';
import { mquake } from './mquake.ts';
import type { NewEdit } from './newEdit.ts';
import { rippleedits } from './rippleEdits.ts';
import { safeedit } from './safeEdit.ts';
import { uniqueSlugs } from './slug.ts';
import { zsre } from './zsre.ts';

/** Per form, how one record becomes an edit, or several that belong together. */
const RECORDS: Readonly<Record<Format, z.ZodType<NewEdit[]>>> = {
  counterfact,
  zsre,
  knowedit,
  mquake,
  rippleedits,
  safeedit,
};

/** The whole of CounterFact takes 45 MB and holds 1.5 million values. */
const MOST_BYTES = 256 << 20;
const MOST_VALUES = 5_000_000;

export interface Imported {
  readonly file: EditsFile;
  /** Records that were left out, by their number from 0 and the line they begin on, with the reason. */
  readonly skipped: readonly { readonly index: number; readonly line: number; readonly reason: string }[];
}

/**
 * Turns the records of a data set, a JSON array, into an edits file. A record that is not complete is left out
 * and told, never guessed at. Errors: `InputError` where the text is no JSON array or no record can be used.
 */
export function importRecords(format: Format, text: string, fileName: string): Imported {
  const records = readRecords(text, fileName);
  const edits: Edit[] = [];
  const faults: Complaint[] = [];
  const slug = uniqueSlugs();
  for (const [index, record] of records.entries()) {
    const { made, fault } = editsFrom(format, record);
    if (made === undefined) faults.push({ path: [index], message: fault });
    else edits.push(...made.map((edit) => ({ ...edit, id: slug(edit.subject) })));
  }

  const skipped = locate(text, faults).map(({ path, line, message }) => {
    return { index: Number(path[0]), line, reason: message };
  });
  const [first] = skipped;
  if (edits.length === 0 && first !== undefined) {
    throw new InputError(`${fileName}:${first.line}: no record can be used; of the first, ${first.reason}.`);
  }
  return { file: { edits }, skipped };
}

/** As `importRecords`, from a file on the disk. Errors: `InputError`, also where it is no UTF-8 text. */
export async function importFile(format: Format, path: string): Promise<Imported> {
  return importRecords(format, await readText(path, MOST_BYTES), path);
}

function readRecords(text: string, fileName: string): unknown[] {
  const read = readJson(text, MOST_VALUES);
  if ('problems' in read) throw new InputError(listed(read.problems, fileName));
  if (Array.isArray(read.value)) return read.value;
  throw new InputError(`${fileName} is not a list of records: it should begin with "[".`);
}

/** Edits that are right in all but their names, or what is wrong with the record; one wrong edit spoils it. */
function editsFrom(
  format: Format,
  record: unknown,
): { made: Edit[]; fault?: never } | { made?: never; fault: string } {
  const asked = RECORDS[format].safeParse(record);
  if (!asked.success) return { fault: worded(complaintsAbout(RECORDS[format], record)) };
  const made: Edit[] = [];
  for (const wanted of asked.data) {
    const edit = Edit.safeParse({ id: 'unnamed', ...wanted });
    if (!edit.success) return { fault: worded(complaintsAbout(Edit, { id: 'unnamed', ...wanted })) };
    made.push(edit.data);
  }
  return { made };
}

const worded = (complaints: readonly Complaint[]): string =>
  complaints
    .map(({ path, message }) => (path.length === 0 ? message : `${pathName(path)} ${message}`))
    .join('; ');
