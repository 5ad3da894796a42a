import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * The unit tests as mutation testing runs them, once for each mutant: without those that try many thousand inputs or
 * start processes, which take seconds, and those of documents.
 */
export default defineConfig({
  resolve: { alias: { vscode: path.resolve('test/unit/vscode.ts') } },
  test: {
    root: process.cwd(),
    include: ['test/unit/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/hostile.test.ts', 'test/unit/{docs,project,rpc,workbench}/**'],
  },
});
