import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test as base, expect, vi } from 'vitest';
import { InputError } from '../../../../src/engine/errors.ts';
import type { EngineService } from '../../../../src/workbench/engine/engineService.ts';
import { bisect } from '../../../../src/workbench/review/bisect.ts';
import { fileSide } from '../../../../src/workbench/review/side.ts';
import { engineWith } from '../../engineWith.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { window } from '../../vscode.ts';

/** Where an answer came in: a "model" is a file that holds its answer. */

const test = base.extend(temporaryFolder);
const typed = vi.spyOn(window, 'showInputBox');
const picked = vi.spyOn(window, 'showQuickPick');
const told = vi.spyOn(window, 'showInformationMessage');
afterEach(() => {
  for (const spy of [typed, picked, told]) spy.mockReset();
});

const asks = (chat: boolean) => {
  typed.mockResolvedValueOnce('The Eiffel Tower is in').mockResolvedValueOnce(' Rome ');
  picked.mockImplementationOnce(async (items) =>
    (items as { chat: boolean }[]).find((way) => way.chat === chat),
  );
};

/** @param answer what a model says */
function engineAnswering(answer: (model: string) => Promise<string>) {
  const asked: string[] = [];
  const client = engineWith({
    generate: async ({ model }) => {
      asked.push(model);
      return { text: await answer(model), tokens: 1, ended: true };
    },
    close: async ({ model }) => ({ model, applied: [] }),
    fileHistory: async () => ({
      revisions: [5, 4, 3, 2, 1].map((n) => ({
        commit: String(n).repeat(40),
        title: `Release ${n}`,
        date: '2026-01-01',
        reference: `hf:org/name/m.gguf#${String(n).repeat(40)}`,
        bytes: 1e9,
      })),
    }),
  });
  const work = { signal: new AbortController().signal };
  const engine = {
    jobs: { run: (_: string, task: (work: object) => unknown) => task(work) },
    quietly: (task: (client: unknown) => unknown) => task(client),
    run: (_: string, task: (client: unknown, work: object) => unknown) => task(client, work),
  } as unknown as EngineService;
  return { engine, asked };
}

test('finds the commit of a file, and gives that step as the sides of a review', async ({ folder }) => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=tests', '-c', 'user.email=tests@example.org', ...args], {
      cwd: folder,
    });
  git('init', '-q');
  for (let n = 1; n <= 9; n++) {
    await writeFile(path.join(folder, 'm.gguf'), ` ${n < 7 ? 'Paris' : 'Rome'}, release ${n}`);
    git('add', '.');
    git('commit', '-qm', `Release ${n}`);
  }
  const { engine, asked } = engineAnswering((model) => readFile(model, 'utf8'));
  asks(false);
  const flip = await bisect(engine, fileSide(path.join(folder, 'm.gguf')));
  expect(flip).toMatchObject({
    base: { kind: 'revision', path: 'm.gguf', subject: 'Release 6' },
    candidate: { kind: 'revision', path: 'm.gguf', subject: 'Release 7' },
  });
  expect(asked.length).toBeLessThanOrEqual(5);
  expect(told.mock.lastCall?.[0]).toMatch(
    /came in with \w{8} Release 7, after \w{8} Release 6\. Asked were 5 of 9/,
  );
});

test('over the revisions on the hub, after a yes to what that downloads at most', async () => {
  const { engine, asked } = engineAnswering(async (model) =>
    /#[45]/.test(model) ? 'In Rome.' : 'In Paris.',
  );
  const model = { kind: 'reference', name: 'hf:org/name/m.gguf' } as const;
  asks(true);
  expect(await bisect(engine, model)).toBeUndefined();
  expect(asked).toEqual([]);
  expect(told.mock.lastCall?.[1]).toMatchObject({
    modal: true,
    detail: expect.stringMatching(/Of 5 revisions up to 4 are asked.*up to 4\.00? GB/),
  });
  asks(true);
  told.mockImplementation(async (...words) => String(words.at(-1)));
  expect(await bisect(engine, model)).toEqual({
    base: { kind: 'reference', name: `hf:org/name/m.gguf#${'3'.repeat(40)}` },
    candidate: { kind: 'reference', name: `hf:org/name/m.gguf#${'4'.repeat(40)}` },
  });
});

test('gives up without a question, and says where nothing flipped or nothing has revisions', async () => {
  const { engine } = engineAnswering(async () => 'In Paris.');
  const onHub = { kind: 'reference', name: 'hf:org/name/m.gguf' } as const;
  typed.mockResolvedValueOnce('What?').mockResolvedValueOnce(undefined);
  expect(await bisect(engine, onHub)).toBeUndefined();
  asks(true);
  told.mockImplementation(async (...words) => String(words.at(-1)));
  await expect(bisect(engine, onHub)).rejects.toThrow(/Release 5 answers "In Paris\.", so nothing flipped/);
  const web = { kind: 'reference', name: 'https://example.org/m.gguf' } as const;
  await expect(bisect(engine, web)).rejects.toThrow(InputError);
  const repository = { kind: 'reference', name: 'hf:org/name' } as const;
  await expect(bisect(engine, repository)).rejects.toThrow(/has no revisions/);
});
