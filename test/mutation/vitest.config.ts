import { defineConfig } from 'vitest/config';

/** The unit tests as mutation testing runs them: once for each mutant, in one process. */
export default defineConfig({ test: { include: ['test/unit/**/*.test.ts'], root: process.cwd() } });
