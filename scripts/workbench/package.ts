import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, target, vsix } from './places.ts';

/**
 * Builds the VSIX for this platform, to be installed where there is no npm: it carries the two packages with native code.
 * Of llama.cpp's builds only the plain one of this platform goes in.
 */

const builds = path.join(root, 'node_modules/@node-llama-cpp');
const plain = target.replace(/^darwin/, 'mac').replace(/^win32/, 'win');
const others = readdirSync(builds).filter((build) => build !== plain && build !== `${plain}-metal`);

const ignoreFile = path.join(root, '.cache/vscodeignore');
mkdirSync(path.dirname(ignoreFile), { recursive: true });
writeFileSync(
  ignoreFile,
  [
    readFileSync(path.join(root, '.vscodeignore'), 'utf8'),
    ...others.map((build) => `node_modules/@node-llama-cpp/${build}/**`),
  ].join('\n'),
);

const require = createRequire(path.join(root, 'package.json'));
const vsce = require.resolve('@vscode/vsce/vsce');
const args = ['package', '--target', target, '--out', vsix, '--ignoreFile', ignoreFile];
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [vsce, ...args, '--no-rewrite-relative-links', '--no-update-package-json'],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) {
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(1);
}
process.stdout.write(`${vsix} has ${(statSync(vsix).size / 2 ** 20).toFixed(1)} MB.\n`);
