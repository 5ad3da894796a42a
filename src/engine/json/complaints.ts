import type { JSONPath } from 'jsonc-parser';
import * as z from 'zod';
import { EditsV1, EditV1 } from '../../formats/edits/v1.ts';
import { newerVersion } from '../../formats/version.ts';
import { idsDiffer, MOST_PROBES } from '../../protocol/edits.ts';
import { type Complaint, MOST_PROBLEMS } from './json.ts';
import { nearest } from './nearest.ts';

const AnyFile = z.looseObject({ edits: z.array(z.unknown()) });
const AnyId = z.object({ id: z.string().optional().catch(undefined) }).catch({});
/** Edits of which nothing is checked but that their ids are not the same. */
const AnyIds = z.array(z.unknown()).superRefine((edits, context) =>
  idsDiffer(
    edits.map((edit) => ({ id: AnyId.parse(edit).id })),
    context,
  ),
);
const AnyEdit = z.object({ probes: z.looseObject({}) });

/**
 * What is wrong with the value of an edits file, in words for people. Edits are checked one by one, so that a
 * file of nothing but mistakes costs no more than its first hundred; against one another once each is right, but for ids,
 * which are compared in any case.
 */
export function complaintsAboutFile(value: unknown): Complaint[] {
  const file = AnyFile.safeParse(value).data;
  if (file === undefined) return complaintsAboutFormat(EditsV1, value);

  const complaints = complaintsAboutFormat(EditsV1, { ...file, edits: [] });
  if (newerVersion(file) !== undefined) return complaints;
  for (const [index, edit] of file.edits.entries()) {
    if (complaints.length >= MOST_PROBLEMS) break;
    const at = ['edits', index];
    const tooMany = overlongLists(edit, at);
    complaints.push(...(tooMany.length > 0 ? tooMany : complaintsAbout(EditV1, edit, at)));
  }
  if (complaints.length === 0) return complaintsAboutFormat(EditsV1, value);
  return [...complaints, ...complaintsAbout(AnyIds, file.edits, ['edits'])].slice(0, MOST_PROBLEMS);
}

/** Lists of probes that are refused unread, since the schema would have something to say about every item. */
function overlongLists(edit: unknown, at: JSONPath): Complaint[] {
  const { data } = AnyEdit.safeParse(edit);
  return Object.entries(data?.probes ?? {})
    .filter(([, list]) => Array.isArray(list) && list.length > MOST_PROBES)
    .map(([kind]) => ({ path: [...at, 'probes', kind], message: `must hold at most ${MOST_PROBES} probes` }));
}

/** What is wrong with a file that states the version of its format: of a newer one nothing else can be said. */
export function complaintsAboutFormat(schema: z.ZodType, file: unknown): Complaint[] {
  const newer = newerVersion(file);
  return newer === undefined ? complaintsAbout(schema, file) : [{ path: [], message: newer }];
}

/** What `schema` has against `value`, which stands at `at` in its file. */
export function complaintsAbout(schema: z.ZodType, value: unknown, at: JSONPath = []): Complaint[] {
  const { error } = schema.safeParse(value, { error: sentence, reportInput: true });
  const issues = (error?.issues ?? []).slice(0, MOST_PROBLEMS).flatMap(ofMeantForm).slice(0, MOST_PROBLEMS);
  return issues.flatMap((issue): Complaint[] => {
    const path = [...at, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
    if (issue.code === 'invalid_value') {
      return [{ path, message: issue.message, ...suggested(meant(issue.input, issue.values)) }];
    }
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    const known = keysAt(schema, issue.path);
    return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
      const near = nearest(key, known);
      return { path: [...path, key], message: unknownKey(near, known), onKey: true, ...suggested(near) };
    });
  });
}

/** What is wrong with a value of several forms is what is wrong with the one that it has, if it has one. */
function ofMeantForm(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOther = ({ code, path }: z.core.$ZodIssue) => code === 'invalid_type' && path.length === 0;
  const meant = issue.errors.find((issues) => !issues.some(isOther));
  if (meant === undefined) return [issue];
  return meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Says what zod found in words that fit behind the name of a field; the schema's own words come first. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${NAMES[issue.expected] ?? issue.expected}, not ${nameOf(issue.input)}`;
    case 'invalid_value': {
      const near = meant(issue.input, issue.values);
      const choice = issue.values.map((value) => JSON.stringify(value)).join(' or ');
      return `must be ${choice}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`;
    }
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'unrecognized_keys':
      return 'has unknown keys';
    case 'invalid_union':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${formsOf(issue)}, not ${nameOf(issue.input)}`;
    default:
      return undefined;
  }
}

/** The types that a value of several forms may have. */
const formsOf = ({ errors }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string =>
  errors
    .flat()
    .flatMap((issue) =>
      issue.code === 'invalid_type' && issue.path.length === 0
        ? (NAMES[issue.expected] ?? issue.expected)
        : [],
    )
    .join(' or ');

const NAMES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  return NAMES[Array.isArray(value) ? 'array' : typeof value] ?? typeof value;
}

const suggested = (suggestion: string | undefined) => (suggestion === undefined ? {} : { suggestion });

/** The value of a choice that a wrong one was probably meant to be. */
function meant(input: unknown, values: readonly unknown[]): string | undefined {
  return typeof input === 'string' ? nearest(input, values.map(String)) : undefined;
}

function unknownKey(near: string | undefined, known: readonly string[]): string {
  return `is not a known key; ${near === undefined ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`}`;
}

/** The keys of the object that a schema describes at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  const [step, ...rest] = path;
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option, path));
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return step === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(step)], rest);
}
