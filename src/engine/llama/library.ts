import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import koffi, { type LibraryHandle } from 'koffi';
import { EngineError, isAbsent } from '../errors.ts';

/** An address in native memory. */
export type Pointer = bigint;

/** The three shared libraries of one llama.cpp build, and the C library that they all use. */
export interface Libraries {
  readonly folder: string;
  readonly gpu: 'metal' | 'cuda' | 'vulkan' | false;
  readonly ggmlBase: LibraryHandle;
  readonly ggml: LibraryHandle;
  readonly llama: LibraryHandle;
  readonly c: LibraryHandle;
}

/**
 * Loads the llama.cpp build that node-llama-cpp would take on this machine (Metal, CUDA, Vulkan or CPU, in its own
 * order of preference) from its prebuilt platform package; where the package stands without node-llama-cpp, as in the
 * npm package of the command line, it is Metal's or the CPU's. File names carry versions, so they are discovered.
 *
 * @throws EngineError when no package for this platform is installed.
 */
export async function loadLibraries(): Promise<Libraries> {
  for (const gpu of [...(await supportedGpus()), false] as const) {
    const folder = await findBinaries(gpu);
    if (folder === undefined) continue;
    const open = (pattern: RegExp) =>
      koffi.load(path.join(folder, fileLike(folder, pattern)), { global: true });
    return {
      folder,
      gpu,
      ggmlBase: open(/^(lib)?ggml-base\.(so|dylib|dll)$/),
      ggml: open(/^(lib)?ggml(\.[a-z]+)?(\.v?[\d.]+)?\.(so|dylib|dll)$/),
      llama: open(/^(lib)?llama(\.[a-z]+)?(\.v?[\d.]+)?\.(so|dylib|dll)$/),
      c: koffi.load(process.platform === 'win32' ? 'msvcrt.dll' : null),
    };
  }
  throw new EngineError(
    `No llama.cpp build for ${process.platform}-${process.arch} is installed; reinstall node-llama-cpp with its optional packages.`,
  );
}

async function supportedGpus(): Promise<readonly Libraries['gpu'][]> {
  try {
    const { getLlamaGpuTypes } = await asksForGpus();
    return await getLlamaGpuTypes('supported');
  } catch (error) {
    if (isAbsent(error)) return ['metal'];
    throw error;
  }
}

/** The one module of node-llama-cpp that looks at the machine, where it stands: all of it takes a third of a second to load. */
async function asksForGpus(): Promise<Pick<typeof import('node-llama-cpp'), 'getLlamaGpuTypes'>> {
  const folder = folderOfNodeLlamaCpp(createRequire(import.meta.url));
  const module = folder && path.join(folder, 'bindings', 'utils', 'getLlamaGpuTypes.js');
  if (module === undefined || !existsSync(module)) return await import('node-llama-cpp');
  return await import(pathToFileURL(module).href);
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'mac',
  win32: 'win',
};
const archNames: Record<string, string> = { x64: 'x64', arm64: 'arm64', arm: 'armv7l' };

async function findBinaries(gpu: Libraries['gpu']): Promise<string | undefined> {
  const name = `${platformNames[process.platform]}-${archNames[process.arch]}${gpu ? `-${gpu}` : ''}`;
  const requireHere = createRequire(import.meta.url);
  try {
    const entry: { getBinsDir(): { binsDir: string } } = await import(
      pathToFileURL(requireHere.resolve(`@node-llama-cpp/${name}`, { paths: placesOf(requireHere) })).href
    );
    return path.join(entry.getBinsDir().binsDir, name);
  } catch {
    return undefined;
  }
}

/** Where platform packages stand: beside node-llama-cpp, or beside this file. */
function placesOf(requireHere: NodeJS.Require): string[] {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const there = folderOfNodeLlamaCpp(requireHere);
  return there === undefined ? [here] : [there, here];
}

/** Where its entry lies; undefined where the platform's package stands alone. */
function folderOfNodeLlamaCpp(requireHere: NodeJS.Require): string | undefined {
  try {
    return path.dirname(requireHere.resolve('node-llama-cpp'));
  } catch {
    return undefined;
  }
}

function fileLike(folder: string, pattern: RegExp): string {
  const found = readdirSync(folder).find((file) => pattern.test(file));
  if (found === undefined) throw new EngineError(`${folder} holds no library like ${pattern}.`);
  return found;
}
