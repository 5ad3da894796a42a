import { EditsV1, readEdits } from '../../../formats/edits/v1.ts';
import type { EditsFile } from '../../../protocol/edits.ts';
import { InputError } from '../../errors.ts';
import { complaintsAboutFile } from '../../json/complaints.ts';
import { type Complaint, listed, locate, type Problem } from '../../json/json.ts';
import { plainValue, problemsOf } from './editsFile.ts';

/** An edit that cannot be used as it stands, and the first thing that is wrong with it. */
export interface InvalidEdit {
  /** Its place in the list, from 0. */
  readonly index: number;
  /** What it calls itself, where it says so. */
  readonly id: string | undefined;
  readonly problem: Problem;
}

/** What can be used of an edits file: a file of the valid edits alone, and the others. */
export interface ValidEdits {
  readonly content: EditsFile;
  readonly invalid: readonly InvalidEdit[];
}

/**
 * Reads the edits that can be used, so that one which is being written does not hide the others.
 * Errors: as `parseEdits`, where what is wrong lies in no single edit.
 */
export function parseValidEdits(text: string, fileName: string): ValidEdits {
  const value = plainValue(text);
  if (!hasEdits(value)) throw new InputError(listed(problemsOf(text), fileName));
  const complaints = complaintsOfEdits(value);
  if (complaints === undefined) throw new InputError(listed(problemsOf(text), fileName));
  const first = new Map<number, Problem>();
  for (const problem of locate(text, complaints)) {
    const index = Number(problem.path[1]);
    if (!first.has(index)) first.set(index, problem);
  }
  const invalid = [...first].map(([index, problem]) => ({ index, id: idOf(value.edits[index]), problem }));
  const valid = { ...value, edits: value.edits.filter((_, index) => !first.has(index)) };
  const content = readEdits(EditsV1.parse(valid));
  return { content, invalid: invalid.toSorted((a, b) => a.index - b.index) };
}

interface AnyFile {
  readonly edits: readonly unknown[];
}

/**
 * What is wrong with single edits: first their form, then, of those whose form is right, what they say of one another.
 * Undefined where something else is wrong, or more than is listed.
 */
function complaintsOfEdits(file: AnyFile): Complaint[] | undefined {
  const all: Complaint[] = [];
  for (let rounds = 3; rounds > 0; rounds--) {
    const wrong = new Set(all.map(({ path }) => path[1]));
    const kept = [...file.edits.keys()].filter((index) => !wrong.has(index));
    const found = complaintsAboutFile({ ...file, edits: kept.map((index) => file.edits[index]) });
    if (found.length === 0) return all;
    for (const complaint of found) {
      const [list, place, ...rest] = complaint.path;
      if (list !== 'edits' || typeof place !== 'number') return undefined;
      all.push({ ...complaint, path: ['edits', kept[place] ?? place, ...rest] });
    }
  }
  return undefined;
}

function hasEdits(value: unknown): value is AnyFile {
  return typeof value === 'object' && value !== null && 'edits' in value && Array.isArray(value.edits);
}

function idOf(edit: unknown): string | undefined {
  if (typeof edit !== 'object' || edit === null || !('id' in edit)) return undefined;
  return typeof edit.id === 'string' ? edit.id : undefined;
}
