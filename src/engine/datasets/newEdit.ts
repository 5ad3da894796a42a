import * as z from 'zod';
import type { Edit } from '../../protocol/edits.ts';

/** An edit before it has a name. */
export type NewEdit = Omit<Edit, 'id'>;

/** A list of probes, left out where it is empty. */
export const unlessEmpty = <T>(probes: T[]): T[] | undefined => (probes.length > 0 ? probes : undefined);

/** A prompt with the place of its subject. */
export const withSubjectPlace = z
  .string()
  .refine((prompt) => prompt.split('{}').length === 2, 'must contain {} once, where the subject goes');

export const filled = (prompt: string, subject: string): string => prompt.replace('{}', () => subject);
