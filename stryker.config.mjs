/**
 * Mutation testing of the rooms whose faults nobody would see: `npm run test:mutation`, or one room or file with
 * `npm run test:mutation -- --mutate 'src/engine/provenance/**'`. Runs the unit tests alone. `PALIMPSEST_SAMPLE=0.25`
 * tries a quarter of the mutants.
 */
export default {
  mutate: ['review', 'provenance', 'editing', 'gguf', 'files', 'weights', 'measures'].map(
    (room) => `src/engine/${room}/**/*.ts`,
  ),
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/sample.mjs'],
  checkers: ['sample'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // test/mutation/inOneProcess.ts does
  disableBail: true,
  // what only changes the words of a sentence is no fault of logic
  mutator: { excludedMutations: ['StringLiteral'] },
  // TypeScript 7 has no API for the rewriting of a configuration, which nothing here needs
  tsconfigFile: 'none',
  ignoreStatic: true,
  // what never ends is mostly seen by how often it is reached; a busy machine is not to be mistaken for it
  timeoutMS: 30_000,
  dryRunTimeoutMinutes: 30,
  concurrency: 2,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'json', 'progress'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  jsonReporter: { fileName: '.cache/mutation/report.json' },
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  tempDirName: '.stryker-tmp',
  ignorePatterns: [
    'dist',
    '.cache',
    'samples/almanac/train',
    'docs',
    'test/webview',
    'test/workbench',
    'coverage',
  ],
};
