import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { HumanError } from '../engine/errors.ts';
import { serversFromEnvironment } from '../engine/servers/addresses.ts';
import type { EngineApi } from '../engine/work/engineApi.ts';
import { visibleLines } from '../text/visible.ts';
import { Cli, type DefineCommand } from './cli.ts';
import { activations } from './commands/activations.ts';
import { attention } from './commands/attention.ts';
import { attribute } from './commands/attribute.ts';
import { bake } from './commands/bake.ts';
import { bisect } from './commands/bisect.ts';
import { cache } from './commands/cache.ts';
import { chat } from './commands/chat.ts';
import { check } from './commands/check.ts';
import { edit } from './commands/edit.ts';
import { evaluate } from './commands/eval.ts';
import { gate } from './commands/gate.ts';
import { generate } from './commands/generate.ts';
import { importRecords } from './commands/import.ts';
import { info } from './commands/info.ts';
import { inspect } from './commands/inspect.ts';
import { lens } from './commands/lens.ts';
import { mcp } from './commands/mcp.ts';
import { measure } from './commands/measure.ts';
import { methods } from './commands/methods.ts';
import { neurons } from './commands/neurons.ts';
import { patch } from './commands/patch.ts';
import { probe } from './commands/probe.ts';
import { record } from './commands/record.ts';
import { redteam } from './commands/redteam.ts';
import { reproduce } from './commands/reproduce.ts';
import { resist } from './commands/resist.ts';
import { reversal } from './commands/reversal.ts';
import { review } from './commands/review.ts';
import { rpc } from './commands/rpc.ts';
import { sign } from './commands/sign.ts';
import { targets } from './commands/targets.ts';
import { trace } from './commands/trace.ts';
import { verify } from './commands/verify.ts';
import type { Terminal } from './terminal.ts';

const commands: readonly DefineCommand[] = [
  info,
  targets,
  methods,
  importRecords,
  check,
  edit,
  measure,
  evaluate,
  probe,
  generate,
  chat,
  activations,
  attention,
  neurons,
  lens,
  trace,
  attribute,
  reversal,
  bake,
  patch,
  reproduce,
  review,
  gate,
  bisect,
  inspect,
  redteam,
  resist,
  sign,
  verify,
  record,
  rpc,
  cache,
  mcp,
];

const help = `
A model is a GGUF file, or a URI to download it from (hf:user/model:Q4_K_M).
Results go to stdout, as tables or with --json as JSON; progress and errors go to stderr.

Exit codes:
  0  done
  1  a measure misses what --require asks for, or a review its policy
  2  the input or the command line is wrong
  3  the engine failed, or the work was canceled

Environment:
  PALIMPSEST_THREADS  threads to compute with (default: all)
  PALIMPSEST_MEMORY   gigabytes that a model and an edit of it may use (default: what is free)
  PALIMPSEST_RPC      RPC servers to compute on, as --rpc names them
  PALIMPSEST_DEBUG=1  show stack traces and llama.cpp's log
  XDG_CACHE_HOME      where downloads and covariances are kept (default: ~/.cache)
  PALIMPSEST_CACHE_GB gigabytes of computed results that are kept (default: 10)
  NO_COLOR            no colors

A complete edit:
  $ palimpsest edit model.gguf --edits facts.edits.json --out facts.patch.gguf
  $ palimpsest measure model.gguf --edits facts.edits.json --patch facts.patch.gguf
  $ palimpsest probe model.gguf --prompt "The Eiffel Tower is in" --patch facts.patch.gguf
`;

/** Runs one command line. Returns its exit code; what is to be said has been said. */
export async function runCli(
  args: readonly string[],
  terminal: Terminal,
  engine: EngineApi,
  signal: AbortSignal,
): Promise<number> {
  const program = new Command('palimpsest')
    .description(
      'Edit facts in a language model, see what else changed and where, and revert without residue.',
    )
    .version(version)
    .option('--rpc <servers>', "compute on llama.cpp's RPC servers: HOST:PORT,... (see palimpsest rpc)")
    .option('--rpc-insecure', 'servers may lie on other machines, without encryption or passwords')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: (text) => terminal.err(visibleLines(text)),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', help);
  program.hook('preAction', () => nameServers(program.opts()));
  const cli = new Cli(terminal, engine, signal);
  for (const define of commands) define(program, cli);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    return told(error, terminal);
  }
}

/** Servers that are named on the command line go before those of the environment, by which the engine's process knows them. */
function nameServers({ rpc: servers, rpcInsecure }: { rpc?: string; rpcInsecure?: true }): void {
  if (servers !== undefined) process.env['PALIMPSEST_RPC'] = servers;
  if (rpcInsecure) process.env['PALIMPSEST_RPC_INSECURE'] = '1';
  serversFromEnvironment();
}

/** Says what went wrong, in a sentence for what is expected to go wrong at times. */
export function told(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const message = error instanceof Error ? error.message : String(error);
  const stack = terminal.debug && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  const known = error instanceof HumanError;
  const lead = known ? '' : 'Unexpected error: ';
  const hint = known || terminal.debug ? '' : ' (PALIMPSEST_DEBUG=1 shows where)';
  terminal.err(`${visibleLines(`${lead}${message}${hint}`)}\n${stack}`);
  return known ? error.exitCode : 3;
}
