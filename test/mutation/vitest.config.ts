import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { watInTests } from '../../scripts/wat.mjs';
import { keptProcess } from './keptProcess.ts';

/**
 * The unit tests as mutation testing runs them, once for each mutant: without those that try many thousand inputs or
 * start processes, which take seconds, and those that look at the repository.
 */
export default defineConfig({
  resolve: { alias: { vscode: path.resolve('test/unit/vscode.ts') } },
  plugins: [watInTests(), keptProcess()],
  test: {
    root: process.cwd(),
    include: ['test/unit/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/hostile.test.ts', 'test/unit/{docs,project,rpc,workbench}/**'],
    // for the run without a mutant on a busy machine; with one, Stryker measures time itself
    testTimeout: 60_000,
  },
});
