import { dependencies, version } from '../../package.json';

/** Name and version of the tool, as patches and reports carry them. */
export const toolVersion = `palimpsest ${version}`;

/** What the struct layouts (`llama/structs.ts`) describe: llama.cpp at v0.5.0, node-llama-cpp 3.22.1. */
export const llamaVersion = '0.5.0-dev';

/** The npm package that brings llama.cpp, and its source, with its pinned version. */
export const llamaPackage = `node-llama-cpp@${dependencies['node-llama-cpp']}`;
