/**
 * Stryker gathers what each test reaches in one object of the process and reads it after each file. In a process that
 * is kept it would hand over what all files before have reached, again and again.
 */
const { __stryker__: stryker } = globalThis as {
  __stryker__?: { mutantCoverage?: { static: object; perTest: object } };
};
if (stryker?.mutantCoverage !== undefined) {
  stryker.mutantCoverage.static = {};
  stryker.mutantCoverage.perTest = {};
}
