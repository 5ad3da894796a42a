import { EditsV1, readEdits, writeEdits } from '../../../formats/edits/v1.ts';
import type { EditsFile } from '../../../protocol/edits.ts';
import { InputError } from '../../errors.ts';
import { complaintsAboutFile } from '../../json/complaints.ts';
import { listed, locate, type Problem } from '../../json/json.ts';
import { printJson } from '../../json/printJson.ts';
import { readJson } from '../../json/readJson.ts';
import { readText } from '../../json/readText.ts';

/** What an edits file may hold: the whole of CounterFact, several times over. */
const MOST_BYTES = 256 << 20;
/**
 * How many values: a quarter of a million, and in a long text one every 12 characters, which is more than an edits file
 * has. The bound keeps a hostile file within eight times its size in memory.
 */
const maxValues = (text: string): number => Math.max(250_000, text.length / 12);

/** What is wrong in the text of an edits file, in the order of the text; empty if it can be used. */
export function problemsOf(text: string): Problem[] {
  const read = readJson(text, maxValues(text));
  if ('problems' in read) return read.problems;
  return locate(text, complaintsAboutFile(read.value));
}

/** The value of the text of an edits file, checked for no more than being JSON; undefined where it is none. */
export function plainValue(text: string): unknown {
  const read = readJson(text, maxValues(text));
  return 'problems' in read ? undefined : read.value;
}

/**
 * Reads the text of an edits file.
 *
 * @param chat asks as chat, or not, instead of what the file says for all its edits
 * @throws InputError with a line `FILE:LINE:COLUMN: WHERE: WHAT` a problem
 */
export function parseEdits(text: string, fileName: string, chat?: boolean): EditsFile {
  if (text.trim() === '')
    throw new InputError(`${fileName} is empty; an edits file begins with {"edits": [.`);
  const problems = problemsOf(text);
  if (problems.length > 0) throw new InputError(listed(problems, fileName));
  const file = EditsV1.parse(JSON.parse(text));
  return readEdits({ ...file, chat: chat ?? file.chat });
}

/** Reads an edits file from the disk. Errors: `InputError`, also where it is not UTF-8 or larger than 256 MB. */
export async function readEditsFile(path: string): Promise<EditsFile> {
  return parseEdits(await readText(path, MOST_BYTES), path);
}

/** The text of an edits file that can be used. Errors: as `readEditsFile`. */
export async function readEditsText(path: string): Promise<string> {
  const text = await readText(path, MOST_BYTES);
  parseEdits(text, path);
  return text;
}

/** The text of an edits file: keys in the order of the schema, a probe a line, so that Git shows small changes. */
export function serialiseEdits(file: EditsFile): string {
  return `${printJson(EditsV1.parse(writeEdits(file)))}
`;
}
