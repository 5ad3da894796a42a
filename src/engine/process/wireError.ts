import type { WireError } from '../../rpc/wire.ts';
import { CancelledError, EngineError, HumanError, InputError } from '../errors.ts';

/** The error that crossed, of the class that was thrown; its stack is that of the process it was thrown in. */
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
