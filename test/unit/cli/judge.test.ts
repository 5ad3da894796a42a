import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { InputError } from '../../../src/engine/errors.ts';
import type { EngineParams } from '../../../src/protocol/engine.ts';
import { engineWith } from '../engineWith.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const command = ['python3', 'judge.py', '--model', 'a b\u001b[2J'];

async function evaluate(folder: string, judge: object, ...more: string[]) {
  const at = (name: string) => path.join(folder, name);
  const edit = { id: 'a', prompt: 'The Louvre is in', subject: 'Louvre', target: { new: 'Rome' } };
  writeFileSync(at('a.edits.json'), JSON.stringify({ edits: [edit] }));
  writeFileSync(at('a.judge.json'), JSON.stringify(judge));
  const asked: EngineParams['evaluate'][] = [];
  const written: string[] = [];
  const stderr = { write: (text: string | Uint8Array) => written.push(String(text)) > 0 };
  const terminal = processTerminal({ write: () => true }, stderr, {});
  const args = ['eval', 'm.gguf', '--dataset', at('a.edits.json'), '--methods', 'rome', '--out', at('out')];
  const engine = engineWith({
    evaluate: (params) => {
      asked.push(params);
      return Promise.reject(new InputError('asked'));
    },
  });
  const all = [...args, '--judge', at('a.judge.json'), ...more];
  const code = await runCli(all, terminal, engine, new AbortController().signal);
  return { code, err: written.join(''), asked };
}

test('a judge that runs a command is refused before anything is done, with the command', async ({
  folder,
}) => {
  const { code, err, asked } = await evaluate(folder, { kind: 'command', command });
  expect([code, asked]).toEqual([2, []]);
  expect(err).toMatch(
    /a\.judge\.json runs a command: python3 judge\.py --model "a b.*let it run with --allow-command/,
  );
  expect(err).not.toContain('\u001b');
  expect(existsSync(path.join(folder, 'out'))).toBe(false);
});

test('with --allow-command it is shown first, and is the only one that may run', async ({ folder }) => {
  const { err, asked } = await evaluate(folder, { kind: 'command', command }, '--allow-command');
  expect(err).toMatch(/^Judged by: python3 judge\.py --model "a b/);
  expect(asked[0]?.allowedCommand).toEqual(command);
});

test('other judges need no leave', async ({ folder }) => {
  const { err, asked } = await evaluate(folder, { kind: 'rule', declines: ['no'] });
  expect([err, asked[0]?.allowedCommand]).toEqual(['asked\n', undefined]);
});
