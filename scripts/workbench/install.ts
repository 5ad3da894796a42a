import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.ts';
import {
  chromiumPath,
  codeServer,
  codeServerEntry,
  folder,
  node24,
  node24Folder,
  packages,
  stamp,
} from './places.ts';

/**
 * Installs a real VS Code to drive: code-server and the Node that runs it into .cache/workbench, and Chromium from Debian's
 * packages where there is none. What is already there stays. Without internet beyond npm and Debian's packages.
 */

const vscode = path.join(codeServer, 'lib/vscode');
const installing = ['install', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];

/** 320 MB of other platforms' programs, and extensions that a test bench does not use. */
const unused = [
  'extensions/copilot',
  'extensions/mermaid-markdown-features',
  'node_modules/@github/copilot-sdk',
  'node_modules/@github/copilot-sdk-linux-x64',
  'node_modules/@microsoft/mxc-sdk',
  'node_modules/@vscode/ripgrep-universal/bin/darwin-arm64',
  'node_modules/@vscode/ripgrep-universal/bin/darwin-x64',
  'node_modules/@vscode/ripgrep-universal/bin/win32-arm64',
  'node_modules/@vscode/ripgrep-universal/bin/win32-x64',
  'node_modules/node-pty/prebuilds/darwin-arm64',
  'node_modules/node-pty/prebuilds/darwin-x64',
  'node_modules/node-pty/prebuilds/win32-arm64',
  'node_modules/node-pty/prebuilds/win32-x64',
];

if (process.platform !== 'linux' || process.arch !== 'x64') {
  say('The workbench can be installed on Linux x64 only; elsewhere install the VSIX in VS Code.');
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
await withLock(path.join(folder, 'installing.lock'), () => {
  if (chromiumPath() === undefined) installChromium();
  if (!existsSync(stamp)) installCodeServer();
});
say(`The workbench is installed in ${folder}.`);

function installChromium(): void {
  say('Installing Chromium with apt ...');
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { environment });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], {
    environment,
  });
}

/** What code-server's own postinstall does, without the install scripts that nothing here needs. */
function installCodeServer(): void {
  say('Installing code-server with npm (about a minute, 0.5 GB) ...');
  rmSync(path.join(folder, 'node_modules'), { recursive: true, force: true });
  const manifest = { name: 'palimpsest-workbench', private: true, version: '0.0.0', dependencies: packages };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  run('npm', installing, { cwd: folder });
  run('npm', [...installing, '--omit=dev'], { cwd: vscode });
  run('npm', [...installing, '--omit=dev'], { cwd: path.join(vscode, 'extensions') });
  // without spdlog no output channel is written; every other native module is there already or optional
  run('npm', ['rebuild', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'], {
    cwd: vscode,
    environment: { PATH: `${path.dirname(node24)}:${process.env['PATH']}`, npm_config_nodedir: node24Folder },
  });
  for (const part of unused) rmSync(path.join(vscode, part), { recursive: true, force: true });
  run(node24, [codeServerEntry, '--config', '/dev/null', '--version']);
  writeFileSync(stamp, '');
}

function run(
  program: string,
  args: string[],
  { cwd = folder, environment = {} }: { cwd?: string; environment?: Record<string, string> } = {},
): void {
  const { npm_config_user_agent: _, npm_config_nodedir: __, ...inherited } = process.env;
  const { status, error } = spawnSync(program, args, {
    cwd,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (error !== undefined) throw new Error(`${program} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed; see above.`);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}
