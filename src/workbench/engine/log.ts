import { type LogOutputChannel, window } from 'vscode';

/** The output channel "Palimpsest"; llama.cpp's own lines are at trace, its warnings and errors at theirs. */
export function createLog(): LogOutputChannel {
  return window.createOutputChannel('Palimpsest', { log: true });
}

/** Takes a line of the engine's process, with ggml's level: 3 is a warning, 4 an error. */
export function logLine(log: LogOutputChannel, level: number, text: string): void {
  const line = text.trimEnd();
  if (line === '') return;
  if (level >= 4) log.error(line);
  else if (level === 3) log.warn(line);
  else log.trace(line);
}
