// Makes the virtual environment with PyPI's model-signing that the tests of signatures are held against:
// .cache/model-signing. Python 3 with venv and pip is needed; the tests that need it are skipped where it is absent.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../.cache/model-signing');
const windows = process.platform === 'win32';
const python = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');

if (existsSync(python) && quietly(python, ['-m', 'model_signing', '--help'])) {
  process.stderr.write(`model-signing is already there: ${folder}\n`);
} else {
  run(windows ? 'python' : 'python3', ['-m', 'venv', folder]);
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    'model-signing==1.1.1',
    'pyopenssl==26.4.0',
  ]);
}

function quietly(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (status === 0) return;
  process.stderr.write(
    `${program} ${args.join(' ')} failed${error === undefined ? '; see above.' : `: ${error.message}`}\n`,
  );
  process.exit(1);
}
