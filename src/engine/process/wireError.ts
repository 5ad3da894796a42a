import type { WireError } from '../../protocol/rpc.ts';
import { CancelledError, EngineError, HumanError, InputError } from '../errors.ts';

/** An error as plain data, for the other process. */
export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}

/** The error that `toWire` was given, of the same class; its stack is that of the process it was thrown in. */
export function fromWire({ name, message, stack }: WireError): Error {
  const error = ofClass(name, message);
  error.message = message;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function ofClass(name: string, message: string): Error {
  switch (name) {
    case 'InputError':
      return new InputError(message);
    case 'EngineError':
      return new EngineError(message);
    case 'CancelledError':
      return new CancelledError();
    case 'HumanError':
      return new HumanError(message);
    default:
      return new Error(message);
  }
}
