import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { publishedFrom } from '../published.mjs';
import { root, target, vsixFor } from './places.ts';
import { stage } from './stage.ts';

/**
 * Builds the VSIX for this platform, or for another with `--target linux-arm64`, to be installed where there is no npm: it
 * carries koffi and llama.cpp's plain build of that platform, and of what node-llama-cpp brings besides, for building and
 * downloading, nothing.
 */

const { values } = parseArgs({ options: { target: { type: 'string', default: target } } });
const wanted = values.target;
const plain = wanted.replace(/^darwin/, 'mac').replace(/^win32/, 'win');
const llama = plain === 'mac-arm64' ? 'mac-arm64-metal' : plain;
const folder = stage(wanted, llama);
const out = vsixFor(wanted);

const modules = path.join(folder, 'node_modules');
const carried = new Set(['koffi', `@koromix/koffi-${wanted}`, `@node-llama-cpp/${llama}`]);
const installed = readdirSync(modules).flatMap((name) =>
  name.startsWith('@') ? readdirSync(path.join(modules, name)).map((own) => `${name}/${own}`) : [name],
);

const ignoreFile = `${folder}.vscodeignore`;
writeFileSync(
  ignoreFile,
  [
    readFileSync(path.join(root, '.vscodeignore'), 'utf8'),
    ...installed.filter((name) => !carried.has(name)).map((name) => `node_modules/${name}/**`),
  ].join('\n'),
);

const require = createRequire(path.join(root, 'package.json'));
const vsce = require.resolve('@vscode/vsce/vsce');
const args = ['package', '--target', wanted, '--out', out, '--ignoreFile', ignoreFile];
// links lead into the repository as the tag has it; without its address they stay as they are
const { GITHUB_REF_NAME: revision } = process.env;
const isPublished = publishedFrom().repository !== undefined && revision !== undefined;
const links = isPublished ? ['--githubBranch', revision] : ['--no-rewrite-relative-links'];
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [vsce, ...args, ...links, '--no-update-package-json'],
  { cwd: folder, encoding: 'utf8' },
);
if (status !== 0) {
  process.stderr.write(`${stdout}${stderr}`);
  process.exit(1);
}
process.stdout.write(`${out} has ${(statSync(out).size / 2 ** 20).toFixed(1)} MB.\n`);
