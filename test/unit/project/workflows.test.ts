import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const workflows = [
  ...readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  'docs/gate/github.yml',
];

interface Step {
  readonly run?: string;
  readonly uses?: string;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

describe.each(workflows)('%s', (file) => {
  const {
    permissions,
    jobs,
  }: { permissions: Readonly<Record<string, string>>; jobs: Readonly<Record<string, Job>> } = parse(
    read(file),
  );
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('names actions of others by their commits', () => {
    const own = /^OWNER\/palimpsest@COMMIT$/;
    for (const { uses } of steps)
      if (uses !== undefined && !own.test(uses)) expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
  });

  it('has no more rights than it says, and can only read unless a job needs more', () => {
    expect(permissions['contents']).toBe('read');
  });

  it('puts nothing that others write into a script', () => {
    for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{\s*(github\.(event|head_ref)|inputs)/);
  });
});

it('the citation, the action and the hook name the version of the package', () => {
  const { version } = JSON.parse(read('package.json'));
  expect(parse(read('CITATION.cff')).version).toBe(version);
  expect(parse(read('action.yml')).inputs.version.default).toBe(version);
  expect(parse(read('.pre-commit-hooks.yaml'))[0].entry).toContain(`palimpsest@${version} `);
  expect(read('docs/gate/gitlab-ci.yml')).toContain(`palimpsest@${version} `);
});
