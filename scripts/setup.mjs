// Makes the checkout ready to run: installs the locked packages when they are absent or older than the lock file,
// then bundles. Plain Node, so that it works before anything is installed.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Palimpsest needs Node 20.19 or newer; this is ${process.version}.`);
}
if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  npm('ci', '--no-audit', '--no-fund');
}
npm('run', '--silent', 'build');

/** When a file was last written, 0 if it is absent. */
function modified(name) {
  return statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function npm(...args) {
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error !== undefined) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail(`npm ${args.join(' ')} failed; see above.`);
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
