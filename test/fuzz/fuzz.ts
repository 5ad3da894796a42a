import path from 'node:path';
import { parseArgs } from 'node:util';
import { serveMutants } from './child.ts';
import { runMutants } from './runMutants.ts';

/**
 * Gives mutants of models, adapters, patches, split files and covariance files to the engine in child processes and
 * counts how it went: npm run fuzz -- --mutants N --seed S --from I. A mutant is named by the seed and its number.
 * Exits with 1 where a child ended, hung or threw what is no sentence for people; writes .cache/fuzz.json.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mutants: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    workers: { type: 'string', default: '2' },
  },
});
const [role, folder] = positionals;
if (role === 'child' && folder !== undefined) {
  serveMutants(folder);
} else {
  const run = {
    mutants: Number(values.mutants),
    seed: Number(values.seed),
    from: Number(values.from),
    workers: Number(values.workers),
  };
  // this file runs as a bundle in .cache/scripts
  const violations = await runMutants(run, path.join(import.meta.dirname, '../fuzz.json'));
  process.exitCode = violations > 0 ? 1 : 0;
}
