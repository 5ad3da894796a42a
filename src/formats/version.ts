import * as z from 'zod';

/**
 * The version of a format, a whole number in the file itself. Files of palimpsest 0.1.0 state none: they are of version
 * 1. It grows only where an older palimpsest would misread a file.
 */
export const version = z.literal(1).optional().describe('The version of this format; without it 1.');

const Stated = z.object({ version: z.int().min(2) });

/** Why a file cannot be read whose version is newer than all that is known, to be put behind its name. */
export function newerVersion(file: unknown): string | undefined {
  const { data } = Stated.safeParse(file);
  return (
    data && `was written by a newer version of palimpsest: it has format ${data.version}, this one reads 1`
  );
}
