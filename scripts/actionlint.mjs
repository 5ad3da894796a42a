// Builds the linter of GitHub workflows that a test runs: .cache/actionlint. Go is needed, whose checksum database vouches for
// the pinned version; the test is skipped where it is absent.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const version = 'v1.7.12';
const folder = join(import.meta.dirname, '../.cache/actionlint');
const program = join(folder, process.platform === 'win32' ? 'actionlint.exe' : 'actionlint');

if (existsSync(program) && said(program, ['-version']).includes(version)) {
  process.stderr.write(`actionlint is already there: ${folder}\n`);
} else {
  const args = ['install', `github.com/rhysd/actionlint/cmd/actionlint@${version}`];
  const { status, error } = spawnSync('go', args, {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: folder },
  });
  if (status !== 0) {
    process.stderr.write(
      `go ${args.join(' ')} failed${error === undefined ? '; see above.' : `: ${error.message}`}\n`,
    );
    process.exit(1);
  }
}

function said(file, args) {
  return spawnSync(file, args, { encoding: 'utf8' }).stdout ?? '';
}
