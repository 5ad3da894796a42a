import { afterAll, beforeAll, beforeEach, describe, inject } from 'vitest';
import type { ServerOptions } from '../../scripts/workbench/server.ts';
import { Workbench } from './drive/workbench.ts';

/** Skipped where no workbench is installed; `npm run install:workbench` installs one. */
export const describeWorkbench = describe.skipIf(inject('extensions') === '');

/** One workbench for the tests of a block, one after the other; each that fails leaves a picture. */
export function useWorkbench(options: Omit<ServerOptions, 'extensions'> = {}): () => Workbench {
  let workbench: Workbench | undefined;
  beforeAll(async () => {
    const settings = { 'workbench.colorTheme': 'Dark 2026', ...options.settings };
    const shared = { extensions: inject('extensions'), cache: inject('cache') };
    workbench = await Workbench.open({ ...shared, ...options, settings });
  });
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(async () => {
      const name = task.name.replace(/\W+/g, '-').slice(0, 80);
      await workbench?.picture(`failed-${name}`);
    });
  });
  afterAll(() => workbench?.[Symbol.asyncDispose]());
  return () => {
    if (workbench === undefined) throw new Error('The workbench is opened before all tests of its block.');
    return workbench;
  };
}
