import type { Format } from '../../protocol/datasets.ts';
import type { Edit, EditsFile } from '../../protocol/edits.ts';
import { InputError } from '../errors.ts';
import { listed, type Problem, pathName } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { readText } from '../json/readText.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { counterfact } from './counterfact.ts';
import { knowedit } from './knowEdit.ts';
import { mquake } from './mquake.ts';
import { rippleedits } from './rippleEdits.ts';
import { safeedit } from './safeEdit.ts';
import { isObject, readRecord, type Shape } from './shape.ts';
import { uniqueSlugs } from './slug.ts';
import { type RecordText, splitRecords } from './splitRecords.ts';
import { unfold } from './unfold.ts';
import { zsre } from './zsre.ts';

const SHAPES: Readonly<Record<Format, Shape>> = {
  counterfact,
  zsre,
  knowedit,
  mquake,
  rippleedits,
  safeedit,
};

/** The whole of CounterFact takes 45 MB. */
const MOST_BYTES = 256 << 20;
/** Of one record; EasyEdit's parallel lists are one. */
const MOST_VALUES = 1_000_000;

/** Which records are wanted: `first` of them, those before `from` (counted from 0) left out. */
export interface Selection {
  readonly first?: number | undefined;
  readonly from?: number | undefined;
}

/** Something that was left out, of a record by its number from 0 and the line it begins on, with the reason. */
interface LeftOut {
  readonly index: number;
  readonly line: number;
  readonly reason: string;
}

export interface Imported {
  readonly file: EditsFile;
  /** Whole records. */
  readonly skipped: readonly LeftOut[];
  /** Single probes of records that were imported. */
  readonly dropped: readonly LeftOut[];
  /** Keys of records that nothing was made of. */
  readonly unused: readonly string[];
}

/**
 * Turns the records of a data set, as JSON or JSON Lines, into an edits file. A record that is not complete is left out
 * and told, never guessed at; of one that is, probes that cannot be used are. Errors: `InputError` where the text holds no
 * records or none can be used; `CancelledError`.
 */
export async function importRecords(
  format: Format,
  text: string,
  fileName: string,
  { first = Number.POSITIVE_INFINITY, from = 0 }: Selection = {},
  work: Work = {},
): Promise<Imported> {
  const edits: Edit[] = [];
  const skipped: LeftOut[] = [];
  const dropped: LeftOut[] = [];
  const unused = new Set<string>();
  const slug = uniqueSlugs();
  let index = 0;
  for (const { text: own, line, end } of recordsOf(text, fileName)) {
    if (index >= from + first) break;
    await turn(work.signal);
    work.report?.('reading records', end / text.length);
    const value = parsed(own);
    for (const parts of value.fault === undefined ? unfold(value.read) : [[]]) {
      const number = index++;
      if (number < from || number >= from + first) continue;
      const leave = (list: LeftOut[], reason: string) => list.push({ index: number, line, reason });
      if (value.fault !== undefined) leave(skipped, value.fault);
      for (const { record, name } of parts) {
        const shape = shapeOf(format, record);
        const made = readRecord(shape, record);
        const lead = name === undefined ? '' : `${name}: `;
        for (const reason of made.dropped ?? []) leave(dropped, lead + reason);
        if (made.fault !== undefined) leave(skipped, lead + made.fault);
        else edits.push(...made.edits.map((edit) => ({ id: slug(edit.subject), ...edit })));
        for (const key of Object.keys(isObject(record) ? record : {})) {
          if (!shape.keys.includes(key)) unused.add(key);
        }
      }
    }
  }
  const [fault] = skipped;
  if (edits.length === 0 && fault !== undefined) {
    throw new InputError(`${fileName}:${fault.line}: no record can be used; of the first, ${fault.reason}.`);
  }
  if (edits.length === 0 && from > 0)
    throw new InputError(`${fileName} holds ${index} records, so none from ${from} on.`);
  return { file: { edits }, skipped, dropped, unused: [...unused] };
}

/** As `importRecords`, from a file on the disk. Errors: `InputError`, also where it is no text. */
export async function importFile(
  format: Format,
  path: string,
  selection: Selection = {},
  work: Work = {},
): Promise<Imported> {
  return await importRecords(format, await readText(path, MOST_BYTES), path, selection, work);
}

const recordKeys = [...new Set(Object.values(SHAPES).flatMap(({ keys }) => keys)), 'prompts'];

function recordsOf(text: string, fileName: string): Iterable<RecordText> {
  const split = splitRecords(text, (keys) => keys.some((key) => recordKeys.includes(key)));
  if (split !== undefined) return split;
  if (text.trim() === '') throw new InputError(`${fileName} is empty.`);
  const whole = readJson(text, MOST_VALUES);
  throw new InputError(
    'problems' in whole
      ? listed(whole.problems, fileName)
      : `${fileName} holds no records: it should be a list of them, or a record a line.`,
  );
}

/** What one record says; NaN, which Python writes into its JSON, is nothing. */
function parsed(
  text: string,
): { readonly read: unknown; readonly fault?: never } | { readonly fault: string } {
  const strict = /NaN|Infinity/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (part) =>
        part.startsWith('"') ? part : 'null',
      )
    : text;
  const read = readJson(strict, MOST_VALUES);
  if ('value' in read) return { read: rowOf(read.value) };
  return { fault: read.problems.slice(0, 3).map(worded).join('; ') };
}

/** The record in a row as the Hugging Face data set viewer hands it out: {"row_idx": 0, "row": {…}, "truncated_cells": []}. */
const rowOf = (value: unknown): unknown =>
  isObject(value) && 'row_idx' in value && isObject(value['row']) ? value['row'] : value;

const worded = ({ path, message }: Problem): string =>
  path.length === 0 ? message : `${pathName(path)} ${message}`;

/** Of data sets whose records are told apart by their keys, a record has the form that it shows, whichever is asked for. */
function shapeOf(format: Format, record: unknown): Shape {
  const asked = SHAPES[format];
  if (!isObject(record) || asked.isIn === undefined) return asked;
  return Object.values(SHAPES).find(({ isIn }) => isIn?.(record)) ?? asked;
}
