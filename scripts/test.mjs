// Runs the tests: node scripts/test.mjs [--nightly] [FILTERS AND OPTIONS OF VITEST]. The last line says how many passed and failed.
// Those that take too long for every change are left out unless --nightly is given.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const results = join(root, '.cache/test-results.json');
const smollm2 = join(root, '.cache/models/SmolLM2-135M-Instruct.Q4_1.gguf');

if (!existsSync(smollm2)) {
  const ci = process.env['CI'] === 'true';
  say(
    `SmolLM2-135M-Instruct is absent; "npm run fetch:models" fetches it. ${ci ? 'Under CI=true its tests fail.' : 'Its tests are skipped.'}`,
  );
}
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
const asked = process.argv.slice(2);
const given = asked.filter((option) => option !== '--nightly');
const which = asked.includes('--nightly') ? [] : ['--tagsFilter=!nightly'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...which, ...given], {
  cwd: root,
  stdio: 'inherit',
});
if (!existsSync(results)) {
  say('vitest ended without results; see above.');
  process.exit(status || 1);
}
const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
  readFileSync(results, 'utf8'),
);
// a file that cannot be loaded, or whose preparation fails, fails without a test that does
const broken = testResults.filter(
  ({ status: outcome, assertionResults }) =>
    outcome === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = numFailedTests + broken;
const slowest = testResults
  .map(({ name, startTime, endTime }) => ({
    name: relative(root, name),
    seconds: (endTime - startTime) / 1000,
  }))
  .sort((one, other) => other.seconds - one.seconds)
  .slice(0, 10);
if (process.env['CI'] === 'true')
  say(`Slowest files: ${slowest.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ')}`);
if (numPendingTests > 0) say(`${numPendingTests} skipped or left to "npm run nightly"`);
if (status !== 0 && failed === 0) say('An error outside of any test makes the run fail; see above.');
say(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : (status ?? 1);

function say(sentence) {
  process.stdout.write(`${sentence}\n`);
}
