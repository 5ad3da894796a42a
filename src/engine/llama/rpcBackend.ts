import koffi, { type KoffiFunc } from 'koffi';
import { EngineError } from '../errors.ts';
import { endpointOf, type Server } from '../servers/addresses.ts';
import type { Functions } from './functions.ts';
import type { Pointer } from './library.ts';

const addServerType = koffi.proto('void *palimpsest_add_server(const char *)');
const startServerType = koffi.proto(
  'void palimpsest_start_server(const char *, const char *, size_t, size_t, void *)',
);

/** `ggml_backend_rpc_start_server`: endpoint, folder of kept tensors, threads, number of devices, devices. */
export type StartServer = KoffiFunc<
  (endpoint: string, folder: null, threads: number, count: number, devices: BigUint64Array) => void
>;

/**
 * Makes devices of the servers': llama.cpp counts them among the GPUs. Each was greeted before, so that it answers.
 *
 * @param module the RPC backend, built for this llama.cpp
 */
export function addServers(c: Functions, module: string, servers: readonly Server[]): void {
  const address = find(c, module, 'ggml_backend_rpc_add_server');
  for (const server of servers) {
    const registry: Pointer | null = koffi.call(address, addServerType, endpointOf(server));
    if (registry === null) {
      throw new EngineError(`The RPC server ${endpointOf(server)} offers no device to llama.cpp.`);
    }
    c.ggml_backend_register(registry);
  }
}

/** The function that serves devices, and returns only where it cannot. */
export function startServer(c: Functions, module: string): StartServer {
  return koffi.decode(find(c, module, 'ggml_backend_rpc_start_server'), startServerType);
}

function find(c: Functions, module: string, name: string): Pointer {
  const registry = c.ggml_backend_load(module);
  const address = registry && c.ggml_backend_reg_get_proc_address(registry, name);
  if (address !== null) return address;
  throw new EngineError(`${module} is no RPC backend of this llama.cpp; run: palimpsest rpc build --again`);
}
