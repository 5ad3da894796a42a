// Lays out the command line as an npm package of its own in .cache/npm/palimpsest and packs it: the bundled program with
// llama.cpp's prebuilt platform packages, without what node-llama-cpp brings for building. Every version is exact.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForNode } from './bundle.mjs';
import { licensesOf } from './licenses.mjs';
import { publishedFrom } from './published.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.cache/npm/palimpsest');
const manifestOf = (...place) => JSON.parse(readFileSync(join(root, ...place, 'package.json'), 'utf8'));
const { version, license, keywords, engines, dependencies } = manifestOf();
const { repository, homepage, bugs } = publishedFrom();

/** Metal on Apple silicon, the CPU elsewhere; what runs in a pipeline has no other processor, and CUDA's builds are large. */
const platforms = /\/(linux-(x64|arm64)|mac-(x64|arm64-metal)|win-(x64|arm64))$/;
const builds = Object.entries(manifestOf('node_modules/node-llama-cpp').optionalDependencies).filter(
  ([name]) => platforms.test(name),
);

rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'dist'), { recursive: true });
const metafiles = await Promise.all(
  [
    ['cli/main.ts', 'cli.js'],
    ['engine/host.ts', 'host.js'],
  ].map(([entry, out]) =>
    bundleForNode({
      entryPoints: [join(root, 'src', entry)],
      outfile: join(folder, 'dist', out),
      sourcemap: false,
      minifyWhitespace: true,
      minifySyntax: true,
    }),
  ),
);
writeFileSync(join(folder, 'dist/licenses.txt'), licensesOf(metafiles));
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
copyFileSync(join(root, 'scripts/npm/README.md'), join(folder, 'README.md'));
const manifest = {
  name: 'palimpsest',
  version,
  description:
    'Reviews and edits facts in language models: what changed in a checkpoint, and what undoes it.',
  keywords,
  license,
  homepage,
  bugs,
  repository,
  type: 'module',
  bin: { palimpsest: 'dist/cli.js' },
  files: ['dist'],
  engines: { node: engines.node },
  dependencies: { koffi: dependencies.koffi },
  optionalDependencies: Object.fromEntries(builds),
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', join(folder, '..')], {
  cwd: folder,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
if (packed.status !== 0) {
  process.stderr.write(packed.stderr);
  process.exit(1);
}
const [{ filename, size }] = JSON.parse(packed.stdout);
process.stdout.write(`${join(folder, '..', filename)} has ${(size / 2 ** 20).toFixed(1)} MB.\n`);
