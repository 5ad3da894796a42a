import * as z from 'zod';
import { Measured, MeasuredEdit } from '../../protocol/editing.ts';

/** A measurement as its file in the window's storage holds it. */
export const Kept = z.object({
  stamp: z.string().describe('Which version of the patch file was measured.'),
  edit: MeasuredEdit,
  summary: Measured.shape.summary,
});
