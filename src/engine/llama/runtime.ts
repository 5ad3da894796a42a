import { availableParallelism } from 'node:os';
import koffi from 'koffi';
import { EngineError } from '../errors.ts';
import { serversFromEnvironment } from '../servers/addresses.ts';
import { builtModule } from '../servers/module.ts';
import { llamaVersion } from '../version.ts';
import { giveBackFreedBlocks } from './allocator.ts';
import { bindFunctions, type Functions } from './functions.ts';
import { bindGraphFunctions, type GraphFunctions } from './graphFunctions.ts';
import { type Libraries, loadLibraries, type Pointer } from './library.ts';
import { addServers } from './rpcBackend.ts';
import { knownContextDefaults, knownModelDefaults, knownQuantizeDefaults, logCallback } from './structs.ts';

/** One line of llama.cpp's log: ggml's level (1 debug, 2 info, 3 warn, 4 error) and its text. */
type LogSink = (level: number, text: string) => void;

/** llama.cpp, loaded once per process and checked. Everything native hangs on it. */
export interface Runtime {
  readonly c: Functions;
  readonly graphFunctions: GraphFunctions;
  readonly cpu: CpuFunctions;
  readonly folder: string;
  /** What computes, at its best. */
  readonly device: 'cpu' | 'rpc' | Exclude<Libraries['gpu'], false>;
  readonly version: string;
  readonly threads: number;
  /** Takes llama.cpp's log from now on; without a sink it is kept only for error messages. */
  setLog(sink: LogSink | undefined): void;
  /** The last warnings and errors that llama.cpp logged, oldest first, and forgets them. */
  takeComplaints(): string;
}

/** What only the CPU backend offers, found by name in its registry because each microarchitecture is a library. */
interface CpuFunctions {
  setThreads(backend: Pointer, threads: number): void;
  setAbortCallback(backend: Pointer, callback: Pointer, data: Pointer): void;
  newThreadPool(params: Buffer): Pointer;
  freeThreadPool(pool: Pointer): void;
  /** Buffer types with weights laid out for this CPU (AMX, repacked), best first. */
  extraBufferTypes(): Pointer[];
}

let loading: Promise<Runtime> | undefined;

/**
 * With the devices of the RPC servers that PALIMPSEST_RPC names.
 *
 * @throws EngineError when no build fits this machine, the struct layouts are not the known ones, or the RPC backend
 * that servers need was not built
 */
export function loadRuntime(): Promise<Runtime> {
  loading ??= start();
  return loading;
}

async function start(): Promise<Runtime> {
  const servers = serversFromEnvironment();
  const module = servers.length > 0 ? await builtModule() : undefined;
  const libraries = await loadLibraries();
  giveBackFreedBlocks(libraries.c);
  const c = bindFunctions(libraries);
  verifyLayout(c);
  let sink: LogSink | undefined;
  let complaints: string[] = [];
  let previousLevel = 2;
  const log = koffi.register((level: number, text: string) => {
    const effective = level === 5 ? previousLevel : level;
    previousLevel = effective;
    if (effective >= 3) complaints = [...complaints.slice(-7), text.trim()];
    sink?.(effective, text.trimEnd());
  }, logCallback);
  c.llama_log_set(log, null);
  c.ggml_backend_load_all_from_path(libraries.folder);
  if (module !== undefined) addServers(c, module, servers);
  c.llama_backend_init();
  return {
    c,
    graphFunctions: bindGraphFunctions(libraries.ggmlBase),
    cpu: findCpuFunctions(c),
    folder: libraries.folder,
    device: module === undefined ? libraries.gpu || 'cpu' : 'rpc',
    version: c.llama_version(),
    threads: availableParallelism(),
    setLog(next) {
      sink = next;
    },
    takeComplaints() {
      const text = complaints.filter((line) => line.length > 0).join(' | ');
      complaints = [];
      return text;
    },
  };
}

/**
 * llama.cpp passes its parameters by value, so a field more or less in a new version would silently shift all that
 * follow. The defaults are distinctive enough to notice.
 */
function verifyLayout(c: Functions): void {
  const version = c.llama_version();
  if (version !== llamaVersion) {
    throw new EngineError(
      `This version works with llama.cpp ${llamaVersion}, but ${version} is installed; reinstall node-llama-cpp at the pinned version.`,
    );
  }
  compare('llama_model_params', c.llama_model_default_params(), knownModelDefaults);
  compare('llama_model_quantize_params', c.llama_model_quantize_default_params(), knownQuantizeDefaults);
  compare('llama_context_params', c.llama_context_default_params(), knownContextDefaults);
}

function compare(
  struct: string,
  found: Readonly<Record<string, number | boolean | Pointer | null>>,
  known: Readonly<Record<string, number | boolean>>,
): void {
  for (const [field, value] of Object.entries(known)) {
    if (found[field] !== value) {
      throw new EngineError(
        `The layout of ${struct} is not the known one (${field} is ${found[field]}, not ${value}); this llama.cpp build cannot be used safely.`,
      );
    }
  }
}

function findCpuFunctions(c: Functions): CpuFunctions {
  const device = c.ggml_backend_dev_by_type(0);
  if (device === null) throw new EngineError('llama.cpp found no CPU backend for this machine.');
  const registry = c.ggml_backend_dev_backend_reg(device);
  const find = (name: string): Pointer => {
    const address = c.ggml_backend_reg_get_proc_address(registry, name);
    if (address === null) throw new EngineError(`This llama.cpp build has no ${name}.`);
    return address;
  };
  const setThreads = find('ggml_backend_set_n_threads');
  const setAbort = find('ggml_backend_set_abort_callback');
  const extra = find('ggml_backend_dev_get_extra_bufts');
  const setThreadsType = koffi.proto('void palimpsest_set_threads(void *, int)');
  const setAbortType = koffi.proto('void palimpsest_set_abort(void *, void *, void *)');
  const newPool = find('ggml_threadpool_new');
  const freePool = find('ggml_threadpool_free');
  const newPoolType = koffi.proto('void *palimpsest_new_pool(void *)');
  const freePoolType = koffi.proto('void palimpsest_free_pool(void *)');
  const extraType = koffi.proto('void *palimpsest_extra(void *)');
  return {
    setThreads: (backend, threads) => koffi.call(setThreads, setThreadsType, backend, threads),
    setAbortCallback: (backend, callback, data) =>
      koffi.call(setAbort, setAbortType, backend, callback, data),
    newThreadPool(params) {
      const pool: Pointer | null = koffi.call(newPool, newPoolType, params);
      if (pool === null) throw new EngineError('llama.cpp could not start its threads.');
      return pool;
    },
    freeThreadPool: (pool) => koffi.call(freePool, freePoolType, pool),
    extraBufferTypes() {
      const list: Pointer | null = koffi.call(extra, extraType, device);
      const types: Pointer[] = [];
      const entry = new BigUint64Array(1);
      for (let at = list; at !== null; at += 8n) {
        c.memcpy(entry, at, 8);
        const type = entry[0] ?? 0n;
        if (type === 0n) break;
        types.push(type);
      }
      return types;
    },
  };
}
