import * as z from 'zod';
import { Measured, MeasuredEdit } from '../../protocol/editing.ts';

/** A measurement as its file in the window's storage holds it. */
export const Kept = z.object({ edit: MeasuredEdit, summary: Measured.shape.summary });
