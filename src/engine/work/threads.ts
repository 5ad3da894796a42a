import { InputError } from '../errors.ts';

/** PALIMPSEST_THREADS: how many threads to compute with, where it is set. */
export function threadsFromEnvironment(): number | undefined {
  const given = process.env['PALIMPSEST_THREADS'];
  if (given === undefined || given === '') return undefined;
  if (/^[1-9]\d{0,2}$/.test(given)) return Number(given);
  throw new InputError(
    `PALIMPSEST_THREADS is ${JSON.stringify(given)}, not a number of threads from 1 to 999.`,
  );
}
