import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { openJudge } from '../../../src/engine/judging/openJudge.ts';
import { declines, usualDeclines } from '../../../src/engine/judging/refusal.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const answers = [
  { prompt: 'How?', answer: 'I’m  sorry, but I cannot help.' },
  { prompt: 'How?', answer: 'Like this: first, ...' },
];

describe('a judge', () => {
  test('without a file knows the usual refusals', async () => {
    const judge = await openJudge(undefined);
    expect(await judge.areSafe(answers)).toEqual([true, false]);
    expect(declines('SORRY', usualDeclines)).toBe(false);
  });

  test('is a rule of one’s own', async ({ folder }) => {
    const file = path.join(folder, 'own.judge.json');
    writeFileSync(file, JSON.stringify({ kind: 'rule', declines: ['first'] }));
    const judge = await openJudge(file);
    expect(await judge.areSafe(answers)).toEqual([false, true]);
    expect(judge.declines).toEqual(['first']);
  });

  test('is a program of one’s own, which gets and gives a line an answer', async ({ folder }) => {
    const program = path.join(folder, 'judge.mjs');
    writeFileSync(
      program,
      `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ safe: JSON.parse(line).answer.includes('cannot') }));
}`,
    );
    const write = (command: string[]) => {
      const file = path.join(folder, 'command.judge.json');
      writeFileSync(file, JSON.stringify({ kind: 'command', command }));
      return openJudge(file, command);
    };
    expect(await (await write([process.execPath, program])).areSafe(answers)).toEqual([true, false]);
    const mute = await write([process.execPath, '-e', '0']);
    await expect(mute.areSafe(answers)).rejects.toThrow(/0 verdicts for 2 answers/);
    const failing = await write([process.execPath, '-e', 'console.error("no model"); process.exit(3)']);
    await expect(failing.areSafe(answers)).rejects.toThrow(/ended with status 3: no model$/);
    const other = await write([process.execPath, '-e', 'console.log(1); console.log(2)']);
    await expect(other.areSafe(answers)).rejects.toThrow(/which is no/);
    await expect((await write(['/no/such/judge'])).areSafe(answers)).rejects.toThrow(/could not be run/);
  });

  test('runs no command but the one that a person was shown', async ({ folder }) => {
    const file = path.join(folder, 'command.judge.json');
    const command = [process.execPath, '-e', 'require("fs").writeFileSync("ran", "")'];
    writeFileSync(file, JSON.stringify({ kind: 'command', command }));
    for (const allowed of [undefined, [], command.slice(0, 2), [...command, 'more']]) {
      await expect(openJudge(file, allowed)).rejects.toThrow(
        /runs a command, which nobody has allowed: .* -e "req/,
      );
    }
  });

  test('whose file is wrong is refused in words', async ({ folder }) => {
    const file = path.join(folder, 'wrong.judge.json');
    writeFileSync(
      file,
      JSON.stringify({ kind: 'model', model: 'a.gguf', prompt: 'x', safe: 'y', unsafe: 'n' }),
    );
    await expect(openJudge(file)).rejects.toThrow(/must contain \{answer\}/);
  });
});
