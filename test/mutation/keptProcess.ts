import path from 'node:path';
import type { Plugin } from 'vitest/config';
import { KeptWorker } from './keptWorker.ts';

/** Test files run in one process that is kept; Stryker asks for threads, which are exchanged once all is configured. */
export function keptProcess(): Plugin {
  const poolRunner = {
    name: 'kept',
    createPoolWorker: (options: ConstructorParameters<typeof KeptWorker>[0]) => new KeptWorker(options),
  };
  return {
    name: 'palimpsest:kept-process',
    configureVitest: ({ project }) => {
      Object.assign(project.config, { pool: poolRunner.name, poolRunner, isolate: false });
      // by its whole path, without which it is not run anew for each file
      project.config.setupFiles.push(path.resolve('test/mutation/inOneProcess.ts'));
    },
  };
}
