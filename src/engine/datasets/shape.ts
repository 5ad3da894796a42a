import type * as z from 'zod';
import { Edit } from '../../protocol/edits.ts';
import { complaintsAbout } from '../json/complaints.ts';
import { type Complaint, pathName } from '../json/json.ts';
import type { NewEdit } from './newEdit.ts';

type Path = Complaint['path'];

/** How one published form of a record becomes an edit, or several that belong together. */
export interface Shape {
  readonly edits: z.ZodType<NewEdit[]>;
  /** Keys of a record that are read. */
  readonly keys: readonly string[];
  /** Those of them that hold probes: what is wrong there costs the probe and not the record. */
  readonly probes: readonly string[];
  /** Whether a record has this form, of those that are told apart by their keys. */
  readonly isIn?: (record: Readonly<Record<string, unknown>>) => boolean;
  /** Brings the variants of the form into one. */
  readonly tidy?: (record: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

export type ReadRecord =
  | { readonly edits: Omit<Edit, 'id'>[]; readonly dropped: string[]; readonly fault?: never }
  | { readonly edits?: never; readonly dropped?: never; readonly fault: string };

/** Edits that are right in all but their names, and the probes that were dropped; or what is wrong with the record. */
export function readRecord({ edits, probes, tidy }: Shape, record: unknown): ReadRecord {
  const clean = cleaned(record);
  const asked = leniently(edits, tidy !== undefined && isObject(clean) ? tidy(clean) : clean, probes);
  if (asked.fault !== undefined) return asked;
  const dropped = [...asked.dropped];
  const made: NewEdit[] = [];
  for (const wanted of asked.value) {
    const edit = leniently(Edit, { id: 'unnamed', ...wanted }, ['probes', 'safety']);
    if (edit.fault !== undefined) return edit;
    const { id: _, ...rest } = edit.value;
    made.push(rest);
    dropped.push(...edit.dropped);
  }
  return { edits: made, dropped };
}

/** Parses a value without the probes that are wrong, as long as nothing else is. */
function leniently<T>(
  schema: z.ZodType<T>,
  value: unknown,
  probes: readonly string[],
): { value: T; dropped: string[]; fault?: never } | { fault: string } {
  const dropped: string[] = [];
  for (let rest = value; ; ) {
    const { success, data } = schema.safeParse(rest);
    if (success) return { value: data, dropped };
    const complaints = complaintsAbout(schema, rest);
    const others = complaints.filter(({ path }) => !isOfProbe(path, probes));
    if (others.length > 0 || complaints.length === 0) return { fault: others.map(worded).join('; ') };
    const wrong = new Map(
      complaints.map((complaint) => [JSON.stringify(probeAt(complaint.path)), complaint]),
    );
    dropped.push(...[...wrong.values()].map(worded));
    rest = without(
      rest,
      [...wrong.values()].map(({ path }) => probeAt(path)),
    );
  }
}

const isOfProbe = ([first]: Path, probes: readonly string[]): boolean => probes.includes(String(first));

/** The item of a list that a path leads into; where it leads into none, all of it. */
function probeAt(path: Path): Path {
  const item = path.findIndex((step) => typeof step === 'number');
  return item < 0 ? path : path.slice(0, item + 1);
}

/** A value without what stands at some paths, and without lists that become empty. */
function without(value: unknown, paths: readonly Path[]): unknown {
  const ends = paths.filter(({ length }) => length === 1).map(([step]) => step);
  const below = (key: string | number) =>
    paths.filter(({ 0: step, length }) => step === key && length > 1).map((path) => path.slice(1));
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => (ends.includes(i) ? [] : [without(item, below(i))]));
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const own = below(key);
    const rest = own.length === 0 ? item : without(item, own);
    const isEmptied = own.length > 0 && Array.isArray(rest) && rest.length === 0;
    return ends.includes(key) || isEmptied ? [] : [[key, rest] as const];
  });
  return Object.fromEntries(kept);
}

/** Null is absent, and a line ends in a line feed. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n');
  if (Array.isArray(value)) return value.map(cleaned);
  if (!isObject(value)) return value;
  const there = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(there.map(([key, item]) => [key, cleaned(item)]));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const worded = ({ path, message }: Complaint): string =>
  path.length === 0 ? message : `${pathName(path)} ${message}`;
