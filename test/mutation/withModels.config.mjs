import base from '../../stryker.config.mjs';

/**
 * The same for code that calls llama.cpp, which only tests with the embedded model reach: name the files and the tests
 * that reach them in their own process, `PALIMPSEST_TESTS='test/models/provenance/rebuild.test.ts' npm run test:mutation --
 * test/mutation/withModels.config.mjs --mutate 'src/engine/provenance/rebuild.ts'`.
 */
export default {
  ...base,
  vitest: { ...base.vitest, configFile: 'test/mutation/withModels.vitest.config.ts' },
  // a test loads a model, and may edit it
  timeoutMS: 120_000,
  concurrency: 1,
  jsonReporter: { fileName: '.cache/mutation/withModels.json' },
  incrementalFile: '.cache/mutation/withModels.incremental.json',
};
