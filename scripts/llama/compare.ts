import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HumanError } from '../../src/engine/errors.ts';
import { declared } from './declared.ts';
import { differences } from './differences.ts';
import { installedBundle, openSource } from './source.ts';

/**
 * `npm run compare:llama -- NEW [OLD]`: what changed between two pins of llama.cpp in the struct layouts, functions and
 * operations that the project declares. NEW and OLD are a version of node-llama-cpp, a bundle of it or a checkout of
 * llama.cpp; OLD is the installed pin without it. Without either the installed pin is held to what is declared. Ends with
 * 1 where something has to be looked at.
 */
const [to = installedBundle, from = installedBundle] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), 'palimpsest-llama-'));
try {
  const old = openSource(from, scratch);
  const fresh = to === from ? old : openSource(to, scratch);
  const mine = declared();
  const found = differences(old, fresh, mine);
  for (const { about, name, says } of found) process.stdout.write(`${about} ${name}: ${says}\n`);
  process.stdout.write(
    `${found.length === 0 ? 'Nothing to look at' : `${found.length} to look at`}: ${mine.structs.size} structs, ${mine.functions.length} functions and ${mine.operations.length} operations that are declared, ${old.name} → ${fresh.name}.\n`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof HumanError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
