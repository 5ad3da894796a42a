import { availableParallelism } from 'node:os';
import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { watInTests } from './scripts/wat.mjs';
import { Evenly } from './test/evenly.ts';

const plugins = [watInTests()];

/** What stands in for VS Code where its own process is not there. */
const resolve = { alias: { vscode: path.resolve('test/unit/vscode.ts') } };

/** `npm test` leaves these out, `npm run nightly` does not. */
const tags = [{ name: 'nightly', description: 'takes too long for every change' }];

/** Follows the recipes of CONTRIBUTING and compiles what comes of them. */
const compiling = 'test/unit/project/recipes.test.ts';

/** Files of native code and of real programs, two at a time, in processes of their own. */
const sideBySide = {
  tags,
  pool: 'forks',
  maxWorkers: Math.min(2, availableParallelism()),
  sequence: { groupOrder: 1 },
  // threads of ggml that wait for each other by spinning must not want the core of the other file
  env: { PALIMPSEST_THREADS: '1' },
} as const;

/**
 * `unit` runs in seconds and needs no model; `hostile` gives readers what is meant to fill memory or time; `models` runs llama.cpp on real and random-weight GGUF files;
 * `webview` opens the pages in Chromium with a stubbed host; `workbench` drives a real VS Code with the packed extension.
 */
export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['html', 'json-summary'],
    },
    sequence: { sequencer: Evenly },
    projects: [
      {
        plugins,
        resolve,
        test: {
          name: 'unit',
          tags,
          include: ['test/unit/**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/hostile.test.ts', compiling],
          // files of one process share what they import; no module is mocked, so that the order does not matter
          isolate: false,
          // none takes a second on an idle machine; a busy one must not fail them
          testTimeout: 20_000,
        },
      },
      // what measures memory, or computes for seconds, has a process of its own
      {
        plugins,
        test: {
          ...sideBySide,
          name: 'hostile',
          include: ['test/unit/**/hostile.test.ts', compiling],
          testTimeout: 30_000,
        },
      },
      {
        plugins,
        resolve,
        test: {
          ...sideBySide,
          name: 'models',
          globalSetup: ['test/models/buildOnce.ts'],
          include: ['test/models/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins,
        test: {
          ...sideBySide,
          name: 'webview',
          globalSetup: ['test/models/buildOnce.ts'],
          include: ['test/webview/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // what a person would wait for; a second is too short on a busy machine
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        plugins,
        test: {
          ...sideBySide,
          name: 'workbench',
          globalSetup: ['test/workbench/prepare.ts'],
          include: ['test/workbench/**/*.test.ts'],
          // its quick inputs close when anything else takes the focus
          retry: 1,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
