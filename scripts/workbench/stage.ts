import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publishedFrom } from '../published.mjs';
import { root } from './places.ts';

/** What of the repository a VSIX is made of, besides packages. */
const own = [
  ...['package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore'],
  ...['dist', 'media', 'samples', 'l10n'],
];

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };

/**
 * Lays out what the VSIX of a platform is packed from. npm installs the packages of its own platform alone, so those of
 * another are fetched, in the versions that koffi and node-llama-cpp ask for; nothing of them is run. The manifest says where
 * it is published from, where that is known.
 *
 * @param target as the marketplace calls it: `win32-x64`
 * @param llama the package of llama.cpp's build: `win-x64`
 */
export function stage(target: string, llama: string): string {
  const folder = path.join(root, '.cache/stage', target);
  const modules = path.join(folder, 'node_modules');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as object;
  const text = JSON.stringify({ ...manifest, ...publishedFrom() }, null, 2);
  writeFileSync(path.join(folder, 'package.json'), `${text}\n`);
  for (const name of own) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  cpSync(path.join(root, 'node_modules/koffi'), path.join(modules, 'koffi'), { recursive: true });
  const platform = { koffi: `@koromix/koffi-${target}`, llama: `@node-llama-cpp/${llama}` };
  const wanted = new Map([
    [platform.koffi, manifestOf('koffi').optionalDependencies[platform.koffi]],
    [platform.llama, manifestOf('node-llama-cpp').optionalDependencies[platform.llama]],
  ]);
  for (const [name, version] of wanted) {
    if (version === undefined) throw new Error(`There is no package ${name} for ${target}.`);
    const installed = path.join(root, 'node_modules', name);
    if (existsSync(installed)) cpSync(installed, path.join(modules, name), { recursive: true });
    else fetch(`${name}@${version}`, path.join(modules, name));
  }
  // it is not carried, but npm, which is asked what is, must find it
  const { version } = manifestOf('node-llama-cpp');
  const standIn = { name: 'node-llama-cpp', version, optionalDependencies: { [platform.llama]: version } };
  mkdirSync(path.join(modules, 'node-llama-cpp'));
  writeFileSync(path.join(modules, 'node-llama-cpp/package.json'), JSON.stringify(standIn));
  return folder;
}

/** Unpacks a package of the registry into a folder. */
function fetch(spec: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const packed = run('npm', ['pack', '--loglevel=error', spec], folder).trim().split('\n').at(-1) ?? '';
  run('tar', ['-xzf', packed, '--strip-components=1'], folder);
  rmSync(path.join(folder, packed));
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
  return stdout;
}
