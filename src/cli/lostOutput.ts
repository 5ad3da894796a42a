import { EngineError } from '../engine/errors.ts';
import { fileError } from '../engine/files/fileErrors.ts';

/**
 * What to tell when stdout takes no more. That a reader has gone, as `head` does, is no fault: the work is done all the
 * same, and nobody is left to read of it.
 */
export function lostOutput(error: Error): unknown {
  if ('code' in error && error.code === 'EPIPE') return undefined;
  const told = fileError('What is printed', error);
  return told === error ? new EngineError(`What is printed cannot be written: ${error.message}.`) : told;
}
