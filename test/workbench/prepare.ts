import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { isInstalled, root, vsix } from '../../scripts/workbench/places.ts';
import { installVsix } from '../../scripts/workbench/server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder into which the VSIX is installed; empty where there is no workbench to install it in. */
    extensions: string;
    /** Where engines keep covariances, so that they are computed once and not for each file of tests. */
    cache: string;
  }
}

/** Builds what ships, packs it and installs it, once for all files of tests. */
export default async function prepare(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!isInstalled()) {
    const remedy = 'No workbench is installed; "npm run install:workbench" installs one.';
    if (process.env['CI'] === 'true') throw new Error(remedy);
    process.stdout.write(`${remedy} Its tests are skipped.\n`);
    project.provide('extensions', '');
    project.provide('cache', '');
    return undefined;
  }
  for (const script of [['build.mjs'], ['run.mjs', 'scripts/workbench/package.ts']]) {
    const [file = '', ...args] = script;
    execFileSync(process.execPath, [path.join(root, 'scripts', file), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const shared = await mkdtemp(path.join(tmpdir(), 'palimpsest-shared-'));
  const extensions = path.join(shared, 'extensions');
  await mkdir(extensions);
  await installVsix(vsix, extensions);
  project.provide('extensions', extensions);
  project.provide('cache', path.join(shared, 'cache'));
  return () => rm(shared, { recursive: true, force: true });
}
