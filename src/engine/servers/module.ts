import path from 'node:path';
import { EngineError } from '../errors.ts';
import { cacheFolder, isOwnFile } from '../files/cacheFolder.ts';
import { llamaVersion } from '../version.ts';

/** The folder of what `palimpsest rpc build` makes, for this llama.cpp and this platform. */
export const moduleFolder = (): string =>
  path.join(cacheFolder(), 'rpc', `${llamaVersion}-${process.platform}-${process.arch}`);

/** llama.cpp's RPC backend, client and server, as a module that ggml loads. */
export const modulePath = (): string => path.join(moduleFolder(), 'libggml-rpc.so');

/** Whether the module was built, and is a file of the user's own. */
export const hasModule = (): Promise<boolean> => isOwnFile(modulePath()).catch(() => false);

/** @throws EngineError where it was not built */
export async function builtModule(): Promise<string> {
  if (await hasModule()) return modulePath();
  throw new EngineError(
    "llama.cpp's RPC backend has not been built for this version; run: palimpsest rpc build",
  );
}
