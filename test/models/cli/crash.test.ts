import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { almanac, prompt, Workplace } from './palimpsest.ts';

/** Native code that dies under the real program: it is told in one sentence, and nothing half-written stays. */

const edits = Array.from({ length: 40 }, (_, index) => ({
  id: `eiffel-${index}`,
  prompt,
  subject: 'The Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
}));
let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
  await mkdir(place.path('tmp'));
  await writeFile(place.path('many.edits.json'), JSON.stringify({ edits }));
});
afterAll(() => place[Symbol.asyncDispose]());

const until = async (seen: () => Promise<boolean>) => {
  while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const names = (folder: string) => readdir(place.path(folder)).catch((): string[] => []);
const run = (args: readonly string[], dies: (pid: number) => Promise<unknown>) =>
  place.run(args, { env: { TMPDIR: place.path('tmp') }, meanwhile: dies });

/** The engine's process: the only child of the program's. */
function engineOf(pid: number): number {
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  return Number(children.trim());
}

describe.skipIf(process.platform === 'win32')('a crash in native code', () => {
  it.each(['SIGSEGV', 'SIGABRT', 'SIGKILL'] as const)(
    '%s: one sentence, exit code 3, no half file',
    async (signal) => {
      const folder = `patches-${signal}`;
      const args = ['edit', almanac, '--edits', 'many.edits.json', '--each', '--out', folder];
      const { code, err, out } = await run(args, async (pid) => {
        await until(async () => (await names(folder)).some((name) => name.startsWith('eiffel')));
        process.kill(engineOf(pid), signal);
      });
      expect(err).toMatch(
        new RegExp(`^The engine was killed \\(${signal}\\) during edit of almanac\\.gguf[^\n]*\n$`),
      );
      expect([code, out]).toEqual([3, '']);
      expect((await names(folder)).filter((name) => !/^eiffel-\d+\.patch\.gguf$/.test(name))).toEqual([]);
      expect(await names('tmp')).toEqual([]);
    },
  );

  it('keeps what an evaluation has measured, and goes on from there', async () => {
    const few = { edits: edits.slice(0, 3) };
    await writeFile(place.path('few.edits.json'), JSON.stringify(few));
    const args = [
      'eval',
      almanac,
      '--dataset',
      'few.edits.json',
      '--methods',
      'rome',
      '--no-drift',
      '--out',
      'e',
    ];
    const measured = async () =>
      (await readFile(place.path('e/evaluation.journal.jsonl'), 'utf8').catch(() => '')).split('\n').length >
      2;
    const { code } = await run(args, async (pid) => {
      await until(measured);
      process.kill(engineOf(pid), 'SIGSEGV');
    });
    expect(code).toBe(3);
    expect(await names('e')).toEqual(['evaluation.journal.jsonl']);
    expect(await place.json(args)).toMatchObject({ edits: 3, resumed: expect.any(Number) });
    expect(await names('e')).toHaveLength(5);
  });
});

describe.skipIf(process.platform === 'win32')('the end of the program', () => {
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it.each([
    ['Ctrl-C a second time', ['SIGINT', 'SIGINT']],
    ['a kill', ['SIGKILL']],
    ['being asked to end', ['SIGTERM']],
    ['the end of its terminal', ['SIGHUP']],
  ] as const)('by %s takes the engine and its temporary files along', async (_, signals) => {
    let engine = 0;
    const args = [
      'edit',
      almanac,
      '--edits',
      'many.edits.json',
      '--each',
      '--out',
      `end-${signals.join('-')}`,
    ];
    await run(args, async (pid) => {
      await until(async () => (await names(`end-${signals.join('-')}`)).length > 0);
      engine = engineOf(pid);
      for (const signal of signals) {
        process.kill(pid, signal);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    expect(engine).toBeGreaterThan(0);
    await expect.poll(() => alive(engine), { timeout: 2000 }).toBe(false);
    await expect.poll(() => names('tmp'), { timeout: 2000 }).toEqual([]);
    const kept = await names(`end-${signals.join('-')}`);
    expect(kept.filter((name) => !/^eiffel-\d+\.patch\.gguf$/.test(name))).toEqual([]);
  });

  it('by Ctrl-C in a terminal, which parent and child hear alike, is a cancellation', async () => {
    const { code, err } = await run(
      ['edit', almanac, '--edits', 'many.edits.json', '--each', '--out', 'interrupted'],
      async (pid) => {
        await until(async () => (await names('interrupted')).length > 0);
        process.kill(engineOf(pid), 'SIGINT');
        process.kill(pid, 'SIGINT');
      },
    );
    expect([code, err]).toEqual([3, expect.stringMatching(/was canceled; nothing was written\.\n$/)]);
    expect((await names('interrupted')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('a stdout that takes nothing', () => {
  const through = (sink: string) => ['bash', '-c', `"$@" ${sink}`, 'bash'];

  it('for want of room is told, and is no success', async () => {
    const { code, err } = await place.run(['info', almanac], { prefix: through('> /dev/full') });
    expect([code, err]).toEqual([3, 'What is printed does not fit: the disk is full.\n']);
  });

  it('as its reader has gone is nothing to tell', async () => {
    const prefix = ['bash', '-c', 'set -o pipefail; (sleep 0.5; "$@") | true', 'bash'];
    const { code, err } = await place.run(['info', almanac, '--tensors', '--json'], { prefix });
    expect([code, err]).toEqual([0, '']);
  });
});

describe('what the child process is given', () => {
  it('tells its log where it is asked to', async () => {
    const ran = await place.run(['probe', almanac, '--prompt', prompt], { env: { PALIMPSEST_DEBUG: '1' } });
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('llama_model_loader');
  });

  it('is a number of threads, or the program says what is wrong', async () => {
    const ran = await place.run(['probe', almanac, '--prompt', prompt], {
      env: { PALIMPSEST_THREADS: 'many' },
    });
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/^PALIMPSEST_THREADS is "many", not a number/),
    ]);
  });
});
