import { defineConfig } from 'vitest/config';

/** `unit` runs in seconds and needs no model; `models` runs llama.cpp on real and random-weight GGUF files. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'models',
          globalSetup: ['test/models/buildOnce.ts'],
          include: ['test/models/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
