import * as z from 'zod';
import { EditsV1 } from '../src/formats/edits/v1.ts';

/** The JSON schema of edits files, for whatever checks them: `media/edits.schema.json`. */
export function editsSchema(): string {
  const schema = z.toJSONSchema(EditsV1, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Palimpsest edits', ...schema }, null, 2)}\n`;
}
