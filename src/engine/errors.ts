/**
 * The errors that a person reads. Each carries one sentence (what is wrong, with which file or value, what to
 * do) and the exit code of the command line: 1 a measure fails its policy, 2 the input or the call is wrong,
 * 3 the engine failed. Anything else that is thrown is a defect and is reported as exit code 3.
 */
export class HumanError extends Error {
  readonly exitCode: 1 | 2 | 3 = 2;
  override readonly name: string = 'HumanError';
}

/** The file, the value or the call is wrong. */
export class InputError extends HumanError {
  override readonly name = 'InputError';
}

/** A model that runs, but computes no numbers: its weights or a patch are damaged. */
export class NotFiniteError extends InputError {}

/** llama.cpp, the machine or the disk let us down. */
export class EngineError extends HumanError {
  override readonly exitCode = 3 as const;
  override readonly name = 'EngineError';
}

/** The user, or the caller's signal, stopped the work. */
export class CancelledError extends HumanError {
  override readonly exitCode = 3 as const;
  override readonly name = 'CancelledError';
  constructor(what = 'The work') {
    super(`${what} was canceled; nothing was written.`);
  }
}

/** Does an import fail because the package is not installed? */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
