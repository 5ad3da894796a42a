import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { watInTests } from './scripts/wat.mjs';

/**
 * `unit` runs in seconds and needs no model; `hostile` gives readers what is meant to fill memory or time; `models` runs llama.cpp on real and random-weight GGUF files;
 * `webview` opens the pages in Chromium with a stubbed host; `workbench` drives a real VS Code with the packed extension, after all others.
 */
const plugins = [watInTests()];

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['html', 'json-summary'],
    },
    projects: [
      {
        plugins,
        resolve: { alias: { vscode: path.resolve('test/unit/vscode.ts') } },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/hostile.test.ts'],
          // files of one process share what they import; no module is mocked, so that the order does not matter
          isolate: false,
          // none takes a second on an idle machine; a busy one must not fail them
          testTimeout: 20_000,
        },
      },
      // what measures memory has a process, and so a small heap, of its own
      {
        plugins,
        test: { name: 'hostile', include: ['test/unit/**/hostile.test.ts'], testTimeout: 30_000 },
      },
      {
        plugins,
        test: {
          name: 'models',
          globalSetup: ['test/models/buildOnce.ts'],
          include: ['test/models/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          // without a place of its own, what is not parallel comes after all groups
          sequence: { groupOrder: 1 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins,
        test: {
          name: 'webview',
          globalSetup: ['test/models/buildOnce.ts'],
          include: ['test/webview/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // what a person would wait for; a second is too short on a busy machine
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        plugins,
        test: {
          name: 'workbench',
          globalSetup: ['test/workbench/prepare.ts'],
          include: ['test/workbench/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 90_000,
          hookTimeout: 90_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
