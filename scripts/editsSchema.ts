import * as z from 'zod';
import { EditsFile } from '../src/protocol/edits.ts';

/** The JSON schema of edits files, for whatever checks them: `media/edits.schema.json`. */
export function editsSchema(): string {
  const schema = z.toJSONSchema(EditsFile, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Palimpsest edits', ...schema }, null, 2)}\n`;
}
