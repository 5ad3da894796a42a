import { z } from 'zod';
import { Edit, EditsFile } from '../../protocol/edits.ts';
import { type Complaint, MOST_PROBLEMS } from './json.ts';
import { nearest } from './nearest.ts';

/**
 * What is wrong with the value of an edits file, in words for people. Edits are checked one by one, so that a
 * file of nothing but mistakes costs no more than its first hundred, and against one another once each is right.
 */
export function complaintsAboutFile(value: unknown): Complaint[] {
  const file = z.looseObject({ edits: z.array(z.unknown()) }).safeParse(value).data;
  if (file === undefined) return complaintsAbout(EditsFile, value);

  const complaints = complaintsAbout(EditsFile, { ...file, edits: [] });
  for (const [index, edit] of file.edits.entries()) {
    if (complaints.length >= MOST_PROBLEMS) break;
    complaints.push(...complaintsAbout(Edit, edit, ['edits', index]));
  }
  return complaints.length > 0 ? complaints : complaintsAbout(EditsFile, value);
}

/** What `schema` has against `value`, which stands at `at` in its file. */
export function complaintsAbout(
  schema: z.ZodType,
  value: unknown,
  at: (string | number)[] = [],
): Complaint[] {
  const { error } = schema.safeParse(value, { error: sentence });
  return (error?.issues ?? []).flatMap((issue): Complaint[] => {
    const path = [...at, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known), onKey: true }));
  });
}

/** Says what zod found in words that fit behind the name of a field; the schema's own words come first. */
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${NAMES[issue.expected] ?? issue.expected}, not ${nameOf(issue.input)}`;
    case 'invalid_value': {
      const near =
        typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : undefined;
      const choice = issue.values.map((value) => JSON.stringify(value)).join(' or ');
      return `must be ${choice}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`;
    }
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    default:
      return undefined;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'an object',
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

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `is not a known key; ${near === undefined ? `known are ${known.join(', ')}` : `did you mean ${JSON.stringify(near)}?`}`;
}

/** The keys of the object that a schema describes at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap(), path);
  const [step, ...rest] = path;
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return step === undefined ? Object.keys(schema.shape) : keysAt(schema.shape[String(step)], rest);
}
