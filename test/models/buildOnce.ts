import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Bundles the command line and the engine's host before the tests that start them as processes. */
export default function buildOnce(): void {
  execFileSync(process.execPath, [path.resolve(import.meta.dirname, '../../scripts/build.mjs')]);
}
