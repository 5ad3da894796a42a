import { createInterface } from 'node:readline';
import type { WriteStream } from 'node:tty';

/** Where the command line reads its surroundings and writes to; tests bring their own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What is typed or piped in, line by line, to its end or until the signal is raised. */
  readonly lines: (signal: AbortSignal) => AsyncIterable<string>;
  /** stdout is a screen that takes colours. */
  readonly colour: boolean;
  /** stderr is a screen that takes a progress bar. */
  readonly interactive: boolean;
  /** Columns of stderr. */
  readonly columns: number;
  /** Show stack traces and llama.cpp's log. */
  readonly debug: boolean;
}

/** Colours follow NO_COLOR (no-color.org) and FORCE_COLOR, else whether stdout is a screen. */
export function processTerminal(
  out: Pick<WriteStream, 'write'> & { isTTY?: boolean } = process.stdout,
  err: Pick<WriteStream, 'write'> & { isTTY?: boolean; columns?: number } = process.stderr,
  env: NodeJS.ProcessEnv = process.env,
  input: NodeJS.ReadableStream = process.stdin,
): Terminal {
  const screen = out.isTTY === true && env['TERM'] !== 'dumb';
  return {
    out: (text) => void out.write(text),
    err: (text) => void err.write(text),
    lines: (signal) => createInterface({ input, signal }),
    colour: !env['NO_COLOR'] && (screen || Boolean(env['FORCE_COLOR'])),
    interactive: err.isTTY === true && env['TERM'] !== 'dumb',
    columns: err.columns ?? 80,
    debug: env['PALIMPSEST_DEBUG'] === '1',
  };
}
