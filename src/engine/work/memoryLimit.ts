import { InputError } from '../errors.ts';

const gigabyte = 1e9;

/** PALIMPSEST_MEMORY: bytes that a model and an edit of it may take, where it is set, in gigabytes. */
export function memoryFromEnvironment(): number | undefined {
  const given = process.env['PALIMPSEST_MEMORY'];
  if (given === undefined || given === '') return undefined;
  if (/^\d{1,6}(?:\.\d{1,9})?$/.test(given) && Number(given) > 0) return Number(given) * gigabyte;
  throw new InputError(`PALIMPSEST_MEMORY is ${JSON.stringify(given)}, not a number of gigabytes.`);
}
