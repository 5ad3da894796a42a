import { InputError } from '../errors.ts';

/** Where an RPC server of llama.cpp listens; what is said of its state is said at the next port. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** llama.cpp's own warning of its RPC backend. */
export const networkWarning =
  'Never expose the RPC server to an open network: llama.cpp sends models and prompts unencrypted, asks nobody who they are, and calls the feature experimental and not secure.';

/** As many as llama.cpp knows. */
const limit = 16;

export const endpointOf = ({ host, port }: Server): string => `${host}:${port}`;

/** The port at which a server tells its version and that it is alive. */
export const controlPort = (port: number): number => port + 1;

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(host);

/**
 * The servers of a list, as `127.0.0.1:50052,127.0.0.1:50054`.
 *
 * @param insecure whether addresses of other machines may be named, which are reached without encryption
 * @throws InputError where one is none, stands twice, or lies on another machine
 */
export function serversIn(list: string, insecure: boolean): Server[] {
  const servers = list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(serverAt);
  if (servers.length > limit)
    throw new InputError(`${servers.length} RPC servers are more than llama.cpp's ${limit}.`);
  const ports = new Set<string>();
  for (const { host, port } of servers) {
    for (const taken of [port, controlPort(port)]) {
      const place = `${host}:${taken}`;
      if (ports.has(place))
        throw new InputError(`${place} is named twice: a server takes its port and the next.`);
      ports.add(place);
    }
    if (!insecure && !isLoopback(host)) {
      throw new InputError(
        `${host} is another machine. ${networkWarning} Reach it through a tunnel (ssh -L ${port}:127.0.0.1:${port} -L ${port + 1}:127.0.0.1:${port + 1} ${host}) and name 127.0.0.1:${port}, or allow it in a network that you trust (--rpc-insecure).`,
      );
    }
  }
  return servers;
}

function serverAt(text: string): Server {
  const [, host = '', digits = ''] = /^([\w.-]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== '' && port >= 1 && port < 65535) return { host, port };
  throw new InputError(`${JSON.stringify(text)} is no RPC server; name it as 127.0.0.1:50052.`);
}

/** PALIMPSEST_RPC, and PALIMPSEST_RPC_INSECURE=1 for addresses of other machines. */
export function serversFromEnvironment(): Server[] {
  return serversIn(process.env['PALIMPSEST_RPC'] ?? '', process.env['PALIMPSEST_RPC_INSECURE'] === '1');
}

/** The same servers for another process, whatever this one's environment names. */
export function environmentOf(servers: readonly Server[]): Record<string, string> {
  return { PALIMPSEST_RPC: servers.map(endpointOf).join(), PALIMPSEST_RPC_INSECURE: '1' };
}
