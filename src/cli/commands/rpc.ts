import { InputError } from '../../engine/errors.ts';
import { controlPort, isLoopback, networkWarning } from '../../engine/servers/addresses.ts';
import type { EngineEvents, EngineParams } from '../../protocol/engine.ts';
import { bytes, plural, round } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { wholeNumber } from '../options.ts';

const usualPort = 50052;

const examples = `
llama.cpp's RPC backend computes on devices of other processes and machines; models are split over all servers by their
memory. It is built once on each machine, from the source of node-llama-cpp, with a C++ compiler. Servers take one program at a
time, and their own port and the next.

Examples:
  $ palimpsest rpc build
  $ palimpsest rpc serve                            # on each machine
  $ ssh -N -L 50052:127.0.0.1:50052 -L 50053:127.0.0.1:50053 HOST
  $ palimpsest edit model.gguf --edits facts.edits.json --out facts.patch.gguf --rpc 127.0.0.1:50052

${networkWarning}
`;

interface ServeOptions {
  readonly host: string;
  readonly port: number;
}

export const rpc: DefineCommand = (program, cli) => {
  const parent = program
    .command('rpc')
    .description("compute on other machines: llama.cpp's RPC backend, built and served")
    .addHelpText('after', examples);
  // servers are what is started here, and nothing is computed on others
  parent.hook('preAction', () => void delete process.env['PALIMPSEST_RPC']);
  parent
    .command('build')
    .description('compile the backend, client and server in one, for this llama.cpp and this machine')
    .option(
      '--source <path>',
      "llama.cpp's source, a checkout or a Git bundle (default: that of node-llama-cpp)",
    )
    .option('--again', 'compile it even if it is there')
    .option('--json', 'print JSON')
    .action(async ({ json, ...params }: EngineParams['rpcBuild'] & { json?: true }) => {
      await cli.call('rpcBuild', params, json, ({ module, llama, compiler, seconds: took }) => {
        const how = compiler === null ? 'is there already' : `was built by ${compiler} in ${round(took)} s`;
        return `${visible(module)} ${how}, for llama.cpp ${llama}.\n${startLines}`;
      });
    });
  parent
    .command('serve')
    .description("serve this machine's GPUs, or its processor, until Ctrl-C")
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <number>', 'port; the next is taken too', wholeNumber(1), usualPort)
    .action(async (place: ServeOptions) => {
      const insecure = process.env['PALIMPSEST_RPC_INSECURE'] === '1';
      if (!isLoopback(place.host)) {
        if (!insecure)
          throw new InputError(`${networkWarning} In a network that you trust add --rpc-insecure.`);
        cli.terminal.err(`Warning: ${networkWarning}\n`);
      }
      await cli.listen('rpcServe', place, (serving) => cli.terminal.out(servingText(place, serving)));
    });
};

const startLines = `On another machine, with the same version of Palimpsest, and reached through a tunnel:
  ssh -L ${usualPort}:127.0.0.1:${usualPort} -L ${controlPort(usualPort)}:127.0.0.1:${controlPort(usualPort)} HOST 'palimpsest rpc build && palimpsest rpc serve'
`;

function servingText({ host, port }: ServeOptions, { llama, devices }: EngineEvents['rpcServe']): string {
  const each = devices.map(
    ({ name, description, free, total }) =>
      `  ${visible(name)}: ${visible(description)}, ${bytes(free)} of ${bytes(total)} free\n`,
  );
  return `Serving ${plural(devices.length, 'device')} at ${host}:${port}, llama.cpp ${llama}:\n${each.join('')}Use it with: palimpsest ... --rpc ${host}:${port}\n`;
}
