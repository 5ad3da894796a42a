import { configDefaults, defineConfig } from 'vitest/config';
import { watInTests } from '../../scripts/wat.mjs';
import { keptProcess } from './keptProcess.ts';

const tests = process.env['PALIMPSEST_TESTS'];
if (tests === undefined) throw new Error('PALIMPSEST_TESTS names the tests, separated by commas.');

/** The tests that are named, as mutation testing runs them. */
export default defineConfig({
  plugins: [watInTests(), keptProcess()],
  test: {
    root: process.cwd(),
    tags: [{ name: 'nightly', description: 'takes too long for every change' }],
    include: tests.split(','),
    exclude: configDefaults.exclude,
    env: { PALIMPSEST_THREADS: '1' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
