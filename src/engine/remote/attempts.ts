import { setTimeout as wait } from 'node:timers/promises';
import { CancelledError, EngineError, InputError } from '../errors.ts';
import { Random } from '../numeric/random.ts';
import { Refused, Transient } from './refused.ts';

/** How often, and how patiently, what failed is tried again. */
export interface Patience {
  readonly times: number;
  /** Before the second time, in milliseconds; doubled for each that follows. */
  readonly delay: number;
  /** The longest that a server may ask us to wait, in seconds. */
  readonly longest: number;
}

export const usualPatience: Patience = { times: 5, delay: 500, longest: 60 };

/**
 * Does something again that fails for a while, waiting longer each time, or as long as the server asks.
 *
 * @param once is handed what it calls when it got on: from there the count begins anew
 * @throws EngineError where it failed too often, InputError where no other time would be better
 */
export async function attempts<T>(
  name: string,
  once: (gotOn: () => void) => Promise<T>,
  { times, delay, longest }: Patience,
  signal: AbortSignal | undefined,
): Promise<T> {
  let failed = 0;
  for (;;) {
    try {
      return await once(() => {
        failed = 0;
      });
    } catch (error) {
      if (error instanceof Refused) {
        throw new InputError(`${name} cannot be read: ${error.message}.`, { cause: error });
      }
      if (!(error instanceof Transient)) throw error;
      failed++;
      const asked = error.retryAfter ?? 0;
      if (asked > longest) {
        throw new EngineError(
          `${name} cannot be read: ${error.message}, and asks to come back in ${Math.ceil(asked)} s.`,
        );
      }
      if (failed >= times) {
        throw new EngineError(`${name} cannot be read: ${error.message}; tried ${failed} times.`, {
          cause: error,
        });
      }
      // apart from others that failed at the same time
      const pause = Math.max(1000 * asked, delay * 2 ** (failed - 1) * (0.75 + new Random().uniform() / 2));
      await wait(pause, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw new CancelledError('The download');
      });
    }
  }
}
