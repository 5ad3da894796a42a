import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root, target, vsix } from './places.ts';

/**
 * Builds the VSIX for this platform, to be installed where there is no npm: it carries koffi and llama.cpp's plain build
 * of this platform, and of what node-llama-cpp brings besides, for building and downloading, nothing.
 */

const modules = path.join(root, 'node_modules');
const plain = target.replace(/^darwin/, 'mac').replace(/^win32/, 'win');
const carried = new RegExp(`^(koffi|@koromix/koffi-${target}|@node-llama-cpp/${plain}(-metal)?)$`);
const installed = readdirSync(modules).flatMap((name) =>
  name.startsWith('@') ? readdirSync(path.join(modules, name)).map((own) => `${name}/${own}`) : [name],
);

const ignoreFile = path.join(root, '.cache/vscodeignore');
mkdirSync(path.dirname(ignoreFile), { recursive: true });
writeFileSync(
  ignoreFile,
  [
    readFileSync(path.join(root, '.vscodeignore'), 'utf8'),
    ...installed.filter((name) => !carried.test(name)).map((name) => `node_modules/${name}/**`),
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
