import { beforeEach, inject } from 'vitest';

/**
 * What Stryker's own preparation of a test file does not know of a process that is kept: it gathers what each test
 * reaches in one object and reads it after each file, which would hand over what all files before have reached, again
 * and again; and once one test has noticed the mutant, the others need not run. Vitest's own way of stopping there can
 * stop the next mutant's tests as well.
 */
declare module 'vitest' {
  interface ProvidedContext {
    mode: 'dry-run' | 'mutant';
    activeMutant: string;
  }
}

const shared = globalThis as {
  __stryker__?: { activeMutant?: string; mutantCoverage?: { static: object; perTest: object } };
  /** The mutant that a test of this process has noticed last. */
  noticed?: string;
};

const reached = shared.__stryker__?.mutantCoverage;
if (reached !== undefined) {
  reached.static = {};
  reached.perTest = {};
}

if (inject('mode') === 'mutant') {
  const mutant = inject('activeMutant');
  // what a file computes while its tests are collected is not to be the last mutant's
  if (shared.__stryker__ !== undefined) shared.__stryker__.activeMutant = mutant;
  beforeEach(({ skip, onTestFailed }) => {
    if (shared.noticed === mutant) skip();
    onTestFailed(() => {
      shared.noticed = mutant;
    });
  });
}
