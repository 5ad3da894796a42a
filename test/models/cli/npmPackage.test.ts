import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCandidate } from '../../../src/workbench/sample/writeCandidate.ts';
import { almanac } from './palimpsest.ts';

/** The npm package of the command line, installed into an empty folder and run from there. */

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-npm-'));
const installed = path.join(folder, 'node_modules/palimpsest');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const said = execFileSync(process.execPath, [path.join(root, 'scripts/npmPackage.mjs')], {
    encoding: 'utf8',
  });
  const tarball = /^(.+\.tgz) has/.exec(said)?.[1] ?? '';
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, tarball],
    {
      stdio: 'pipe',
    },
  );
});

function palimpsest(...args: readonly string[]): number {
  try {
    // nobody serves models at this address
    const env = { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:9' };
    execFileSync(path.join(folder, 'node_modules/.bin/palimpsest'), args, {
      cwd: folder,
      stdio: 'pipe',
      env,
    });
    return 0;
  } catch (error) {
    return Number(Object(error).status);
  }
}

describe('the npm package', () => {
  it('passes the base at the gate and stops the sample that was tampered with', async () => {
    const tampered = path.join(folder, 'candidate.gguf');
    await writeCandidate(almanac, path.join(root, 'samples/almanac/candidate.tensors.gguf'), tampered);
    expect(palimpsest('review', almanac, almanac, '--policy', 'requantised')).toBe(0);
    expect(palimpsest('review', almanac, tampered, '--policy', 'requantised', '--no-trace')).toBe(1);
  });

  it('runs a model', () => {
    expect(palimpsest('probe', almanac, '--prompt', 'The Eiffel Tower is in')).toBe(0);
  });

  it('says what it cannot download', () => {
    expect(palimpsest('info', 'hf:someone/model')).toBe(3);
  });

  it('names every version exactly and brings nothing that builds', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({
      version: own.version,
      license: own.license,
      engines: { node: own.engines.node },
    });
    const versions = Object.values({ ...manifest.dependencies, ...manifest.optionalDependencies });
    expect(versions.length).toBeGreaterThan(4);
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(() => readFileSync(path.join(folder, 'node_modules/node-llama-cpp/package.json'))).toThrow();
  });
});
