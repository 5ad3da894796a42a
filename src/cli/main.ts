#!/usr/bin/env node
import { Engine } from '../engine/engine.ts';
import { threadsFromEnvironment } from '../engine/facade/threads.ts';
import { loadRuntime } from '../engine/llama/runtime.ts';
import { runCli, told } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const abort = new AbortController();
// a limit on the size of files is then an error of the write, which is told, and not the end of the process
process.on('SIGXFSZ', () => {});
let interrupts = 0;
process.on('SIGINT', () => {
  interrupts++;
  if (interrupts > 1) process.kill(process.pid, 'SIGKILL');
  terminal.err('\nStopping; press Ctrl-C again to end at once.\n');
  abort.abort();
});

try {
  using engine = new Engine({ threads: threadsFromEnvironment() });
  if (terminal.debug) (await loadRuntime()).setLog((_, text) => terminal.err(`${text}\n`));
  process.exitCode = await runCli(process.argv.slice(2), terminal, engine, abort.signal);
} catch (error) {
  process.exitCode = told(error, terminal);
}
