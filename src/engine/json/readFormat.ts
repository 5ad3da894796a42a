import type * as z from 'zod';
import { InputError } from '../errors.ts';
import { complaintsAboutFormat } from './complaints.ts';
import { listed, locate } from './json.ts';
import { readJson } from './readJson.ts';

/**
 * A small file that people write, as its format has it.
 *
 * @throws InputError with a line for each mistake, or one that says that a newer version wrote it
 */
export function readFormat<T>(text: string, name: string, schema: z.ZodType<T>, maxValues: number): T {
  const read = readJson(text, maxValues);
  const problems =
    'problems' in read ? read.problems : locate(text, complaintsAboutFormat(schema, read.value));
  if (problems.length > 0) throw new InputError(listed(problems, name));
  return schema.parse(JSON.parse(text));
}
