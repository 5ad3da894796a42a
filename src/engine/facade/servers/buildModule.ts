import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { RpcBuilt } from '../../../protocol/servers.ts';
import { CancelledError, EngineError, InputError } from '../../errors.ts';
import { writeAtomically } from '../../files/atomicWrite.ts';
import { cacheFolder, openCacheFolder } from '../../files/cacheFolder.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { hasModule, moduleFolder, modulePath } from '../../servers/module.ts';
import { llamaPackage, llamaVersion } from '../../version.ts';
import type { Work } from '../../work/progress.ts';

const run = promisify(execFile);

/** The backend's own sources; what else they need lies in the libraries that are there. */
const sources = ['ggml-rpc.cpp', 'transport.cpp'];
/** Where they lie. */
const backend = 'ggml/src/ggml-rpc';
/** What is taken out of llama.cpp's history. */
const needed = ['ggml/include', 'ggml/src'];
/** As node-llama-cpp builds its libraries: backends as modules, symbols shared. */
const defines = [
  'GGML_BACKEND_DL',
  'GGML_BACKEND_SHARED',
  'GGML_BACKEND_BUILD',
  'GGML_SHARED',
  'GGML_SCHED_MAX_COPIES=4',
];

/**
 * Builds llama.cpp's RPC backend beside the prebuilt libraries, from the source that they were built from, unless it is
 * there.
 *
 * @throws InputError where there is no source; EngineError where there is no compiler or it fails
 */
export async function buildModule(
  { source, again }: EngineParams['rpcBuild'],
  work: Work = {},
): Promise<RpcBuilt> {
  const start = performance.now();
  const built = (compiler: string | null): RpcBuilt => ({
    module: modulePath(),
    llama: llamaVersion,
    compiler,
    seconds: (performance.now() - start) / 1000,
  });
  if (again !== true && (await hasModule())) return built(null);
  if (process.platform === 'win32') {
    throw new EngineError("llama.cpp's RPC backend can be built on Linux and macOS; on Windows use WSL.");
  }
  const { folder } = await loadRuntime();
  await using scratch = await scratchFolder();
  const { signal, report } = work;
  try {
    report?.('unpacking the source', 0);
    const tree = await sourceTree(source ?? ownSource(), scratch.path, signal);
    const compiler = await foundCompiler(signal);
    report?.('compiling', 0.3);
    await openCacheFolder(cacheFolder());
    await makeFolder(moduleFolder(), 0o700);
    await writeAtomically(modulePath(), async (file) => {
      await run(compiler, commandLine(tree, folder, file), { signal });
    });
    return built(compiler);
  } catch (error) {
    if (signal?.aborted) throw new CancelledError('The build');
    throw failed(error);
  }
}

function commandLine(tree: string, libraries: string, out: string): string[] {
  const folder = path.join(tree, backend);
  return [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', ...defines.map((name) => `-D${name}`)],
    ...[`-I${path.join(tree, 'ggml/include')}`, `-I${path.join(tree, 'ggml/src')}`],
    ...sources.map((name) => path.join(folder, name)),
    ...['-o', out, `-L${libraries}`, '-lggml-base'],
  ];
}

/** node-llama-cpp's package holds the source of the llama.cpp that it is built from. */
function ownSource(): string {
  try {
    const entry = createRequire(import.meta.url).resolve('node-llama-cpp');
    const bundle = path.join(path.dirname(entry), '../llama/gitRelease.bundle');
    if (existsSync(bundle)) return bundle;
  } catch {
    // this program stands without it
  }
  throw new InputError(
    `The source of llama.cpp is not here; name it with --source: gitRelease.bundle of the npm package node-llama-cpp ("npm pack ${llamaPackage}", package/llama), or a checkout of llama.cpp ${llamaVersion}.`,
  );
}

/** A folder with llama.cpp's source in it: the one that is named, or what a bundle holds. */
async function sourceTree(source: string, scratch: string, signal: AbortSignal | undefined): Promise<string> {
  if (!existsSync(source)) throw new InputError(`There is no ${source}.`);
  if (statSync(source).isDirectory()) {
    if (existsSync(path.join(source, backend))) return source;
    throw new InputError(`${source} is no checkout of llama.cpp: it has no ${backend}.`);
  }
  const tree = path.join(scratch, 'source');
  await run('git', ['clone', '--quiet', '--no-checkout', source, tree], { signal });
  await run('git', ['-C', tree, 'checkout', '--quiet', 'HEAD', '--', ...needed], { signal });
  return tree;
}

/** The C++ compiler that $CXX names, or the first that runs. */
async function foundCompiler(signal: AbortSignal | undefined): Promise<string> {
  const wished = process.env['CXX'];
  for (const compiler of wished ? [wished] : ['c++', 'g++', 'clang++']) {
    const runs = await run(compiler, ['--version'], { signal }).then(
      () => true,
      () => false,
    );
    if (runs) return compiler;
  }
  throw new EngineError(
    wished
      ? `The C++ compiler ${wished} (CXX) does not run.`
      : 'There is no C++ compiler; install one (on Debian: apt install g++, on macOS: xcode-select --install).',
  );
}

/** The last lines of what a compiler or Git wrote, where it is that which failed. */
function failed(error: unknown): unknown {
  if (!(error instanceof Error && 'stderr' in error && 'cmd' in error)) return error;
  const lines = String(error.stderr).trim().split('\n').slice(-3).join(' | ');
  return new EngineError(`${String(error.cmd).split(' ')[0]} failed: ${lines || error.message}`);
}
