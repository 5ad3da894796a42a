import { configDefaults, defineConfig } from 'vitest/config';
import { keptProcess } from './keptProcess.ts';

/**
 * The tests of `test/models` that run llama.cpp in their own process on the embedded model and on random ones, as
 * mutation testing runs them. SmolLM2 is not in the copy that it works on, so what needs it is skipped.
 */
export default defineConfig({
  plugins: [keptProcess()],
  test: {
    root: process.cwd(),
    include: [
      'test/models/{cases,editing,inspection,provenance,review,weights}/**/*.test.ts',
      'test/models/chat/editAlmanacAsChat.test.ts',
    ],
    exclude: [...configDefaults.exclude],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
