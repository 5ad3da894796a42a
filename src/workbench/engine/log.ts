import { type LogOutputChannel, window } from 'vscode';

/** The output channel "Palimpsest"; llama.cpp's own lines are at trace, its warnings and errors at theirs. */
export function createLog(): LogOutputChannel {
  return window.createOutputChannel('Palimpsest', { log: true });
}

type Log = Pick<LogOutputChannel, 'error' | 'warn' | 'trace'>;

/**
 * Takes lines of the engine's process, with ggml's level: 3 is a warning, 4 an error. A line that comes again at once is
 * counted instead, and the count is written before the next other line.
 */
export function lineLog(log: Log): (level: number, text: string) => void {
  let last = { level: 0, line: '', again: 0 };
  const write = (level: number, line: string) => {
    if (level >= 4) log.error(line);
    else if (level === 3) log.warn(line);
    else log.trace(line);
  };
  return (level, text) => {
    const line = text.trimEnd();
    if (line === '') return;
    if (line === last.line && level === last.level) {
      last.again++;
      return;
    }
    if (last.again > 0) write(last.level, `(the line above came ${last.again} more times)`);
    last = { level, line, again: 0 };
    write(level, line);
  };
}
