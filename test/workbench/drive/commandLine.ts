import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * What the command line of the installed extension says, as JSON: the same engine in a process of its own, with which the
 * workbench's numbers are compared.
 */
export async function commandLine(extensions: string, ...args: string[]): Promise<unknown> {
  const folder = installedExtension(extensions);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(folder, 'dist/cli.js'), ...args, '--json'],
    { cwd: folder, maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout);
}

/** Where VS Code has unpacked the VSIX. */
export function installedExtension(extensions: string): string {
  const name = readdirSync(extensions).find((entry) => entry.startsWith('palimpsest.'));
  if (name === undefined) throw new Error(`${extensions} does not hold the extension.`);
  return path.join(extensions, name);
}
