#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { engineClient } from '../engine/client.ts';
import { fromHeaders } from '../engine/facade/fromHeaders.ts';
import { removeTemporaries } from '../engine/files/temporaries.ts';
import { threadsFromEnvironment } from '../engine/work/threads.ts';
import { lostOutput } from './lostOutput.ts';
import { runCli, told } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const abort = new AbortController();
// a limit on the size of files is then an error of the write, which is told, and not the end of the process
process.on('SIGXFSZ', () => {});
let lost: number | undefined;
process.stdout.on('error', (error) => {
  const fault = lostOutput(error);
  if (fault !== undefined) process.exitCode = lost ??= told(fault, terminal);
});
// there is nobody to tell
process.stderr.on('error', () => {});

try {
  const client = engineClient({
    hostPath: fileURLToPath(new URL('host.js', import.meta.url)),
    threads: threadsFromEnvironment(),
    // every command names the patches it wants
    startsAnew: true,
    log: terminal.debug ? (_, text) => terminal.err(`${text}\n`) : undefined,
  });
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts++;
    if (interrupts > 1) void client.stop().finally(() => process.kill(process.pid, 'SIGKILL'));
    terminal.err('\nStopping; press Ctrl-C again to end at once.\n');
    abort.abort();
  });
  // what ends the program from outside finds the engine gone and nothing half-written, and is what it then ends of
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      removeTemporaries();
      void client.stop().finally(() => process.kill(process.pid, signal));
    });
  }
  // headers are read here: a command that needs nothing else starts no other process
  const engine = { ...client, ...fromHeaders };
  const code = await runCli(process.argv.slice(2), terminal, engine, abort.signal);
  process.exitCode = lost ?? code;
  await client.stop();
} catch (error) {
  process.exitCode = told(error, terminal);
}
