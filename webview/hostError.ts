import type { WireError } from '../src/rpc/wire.ts';

/** What the host threw, as far as a page needs it: the name of the error's class and its sentence. */
export class HostError extends Error {
  override readonly name: string;

  constructor({ name, message }: WireError) {
    super(message);
    this.name = name;
  }
}

/** Whether a call failed only because somebody stopped it. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof HostError && error.name === 'CancelledError';
