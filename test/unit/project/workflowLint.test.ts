import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

/** Workflows, and the steps of the Action, by actionlint, as `node scripts/actionlint.mjs` builds it. */

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(
  root,
  '.cache/actionlint',
  process.platform === 'win32' ? 'actionlint.exe' : 'actionlint',
);
const buildable = () => spawnSync('go', ['version']).status === 0;
const absent = !existsSync(program) && (process.env['CI'] !== 'true' || !buildable());
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const workflows = [
  ...readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`),
  'docs/gate/github.yml',
];

/** What it complains about; what other linters find in scripts depends on the machine, so they are left out. */
function complaints(workflow: string): string {
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', '-'];
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    input: workflow,
    encoding: 'utf8',
  });
  if (error !== undefined || status === null || status > 1) {
    throw new Error(`actionlint cannot be run: ${error?.message ?? stderr}`);
  }
  return stdout;
}

/** A composite action as the one job of a reusable workflow: it has the same inputs, steps and outputs. */
function asWorkflow(action: string): string {
  const { inputs, outputs, runs } = parse(action);
  const typed = Object.entries<object>(inputs).map(([name, input]) => [name, { ...input, type: 'string' }]);
  const given = Object.entries<{ value: string }>(outputs).map(([name, { value }]) => [name, value]);
  return stringify({
    name: 'action',
    on: { workflow_call: { inputs: Object.fromEntries(typed) } },
    jobs: { action: { 'runs-on': 'ubuntu-latest', outputs: Object.fromEntries(given), steps: runs.steps } },
  });
}

describe.skipIf(absent)('actionlint', () => {
  it.each(workflows)('has nothing against %s', (file) => {
    expect(complaints(read(file))).toBe('');
  });

  it('has nothing against the steps of the Action', () => {
    expect(complaints(asWorkflow(read('action.yml')))).toBe('');
  });

  it.each([
    ['github.event_nmae', /property "event_nmae" is not defined/],
    ['steps.revue.outputs.code', /property "revue" is not defined/],
    ['inputs.pollicy', /property "pollicy" is not defined/],
  ] as const)('would have something against %s', (expression, complaint) => {
    const action = read('action.yml').replace(/\$\{\{ inputs\.policy \}\}/, `\${{ ${expression} }}`);
    expect(action).not.toBe(read('action.yml'));
    expect(complaints(asWorkflow(action))).toMatch(complaint);
  });
});
