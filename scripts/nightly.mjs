// What takes too long for every change: all tests, and 100,000 mutants of files. Either is run, whatever the other says.
import { spawnSync } from 'node:child_process';

const commands = [
  ['test', '--', '--nightly'],
  ['run', 'fuzz', '--', '--mutants', '100000'],
];
const outcomes = commands.map((args) => {
  const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return { name: `npm ${args.join(' ')}`, passed: status === 0 };
});
for (const { name, passed } of outcomes) process.stdout.write(`${name}: ${passed ? 'passed' : 'failed'}\n`);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
