import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../src/engine/errors.ts';

/** The source text of one pin of llama.cpp. */
export interface Source {
  readonly name: string;
  /** @returns undefined where there is no such file */
  readonly read: (file: string) => string | undefined;
  /** Names of the files of a folder. */
  readonly list: (folder: string) => readonly string[];
}

export const installedBundle = 'node_modules/node-llama-cpp/llama/gitRelease.bundle';

/**
 * Opens a bundle of node-llama-cpp, a checkout of llama.cpp, or a version of node-llama-cpp, which npm fetches.
 *
 * @param scratch a folder for what is unpacked
 */
export function openSource(where: string, scratch: string): Source {
  if (/^\d+\.\d+\.\d+/.test(where)) return fromVersion(where, scratch);
  if (!existsSync(where))
    throw new InputError(`There is no ${where}; give a version of node-llama-cpp, a bundle or a checkout.`);
  return statSync(where).isDirectory() ? fromFolder(where) : fromBundle(where, where, scratch);
}

function fromVersion(version: string, scratch: string): Source {
  execFileSync('tar', ['-xzf', packed(version, scratch), 'package/llama/gitRelease.bundle'], {
    cwd: scratch,
  });
  return fromBundle(
    path.join(scratch, 'package/llama/gitRelease.bundle'),
    `node-llama-cpp ${version}`,
    scratch,
  );
}

/** The name of the package's archive, which npm puts into `scratch`. */
function packed(version: string, scratch: string): string {
  const shell = process.platform === 'win32';
  const args = ['pack', '--silent', `node-llama-cpp@${version}`];
  try {
    return execFileSync('npm', args, { cwd: scratch, encoding: 'utf8', shell, stdio: 'pipe' }).trim();
  } catch {
    throw new InputError(`npm has no node-llama-cpp ${version}, or cannot be reached.`);
  }
}

function fromBundle(bundle: string, name: string, scratch: string): Source {
  const repository = path.join(scratch, `${name.replaceAll(/\W+/g, '-')}.git`);
  execFileSync('git', ['clone', '--quiet', '--bare', path.resolve(bundle), repository], { stdio: 'pipe' });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const files = new Set(git('ls-tree', '-r', '--name-only', 'HEAD').split('\n'));
  return {
    name,
    read: (file) => (files.has(file) ? git('show', `HEAD:${file}`) : undefined),
    list: (folder) =>
      [...files]
        .filter((file) => path.posix.dirname(file) === folder)
        .map((file) => path.posix.basename(file)),
  };
}

function fromFolder(folder: string): Source {
  const inside = (file: string) => path.join(folder, file);
  return {
    name: folder,
    read: (file) => (existsSync(inside(file)) ? readFileSync(inside(file), 'utf8') : undefined),
    list: (below) => (existsSync(inside(below)) ? readdirSync(inside(below)) : []),
  };
}
