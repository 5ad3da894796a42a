import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { CancelledError } from '../../../src/engine/errors.ts';
import { EngineCrash } from '../../../src/engine/process/crash.ts';
import { plainFinding } from '../../../src/engine/review/findings.ts';
import { notAsked } from '../../../src/engine/review/untilCrash.ts';
import type { EngineApi } from '../../../src/engine/work/engineApi.ts';
import { engineWith } from '../engineWith.ts';
import { reviewed } from '../review/reviewed.ts';

/** What a review and an inspection tell of a candidate that crashes the engine when it runs. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-crash-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], methods: Partial<EngineApi>) {
  const written = { out: '', err: '' };
  const stream = (to: keyof typeof written) => ({
    write: (text: string | Uint8Array) => {
      written[to] += String(text);
      return true;
    },
  });
  const terminal = processTerminal(stream('out'), stream('err'), {});
  const code = await runCli(args, terminal, engineWith(methods), new AbortController().signal);
  return { code, ...written };
}

const crash = new EngineCrash('was killed (SIGSEGV)', ['review of c.gguf'], ['GGML_ASSERT(a) failed']);
const ahead = {
  ...reviewed(),
  findings: [plainFinding('unmeasured', `What the candidate does could not be measured: ${notAsked}`)],
  policy: {
    passed: false,
    violations: [{ rule: 'findings' as const, text: `Not allowed: ${notAsked}`, unmeasured: false }],
  },
};
const crashing =
  (error: Error): EngineApi['review'] =>
  async (_, { onEvent } = {}) => {
    onEvent?.(ahead);
    throw error;
  };

it('a review is reported as far as it came, with the crash in it, and exits with 3', async () => {
  const args = ['review', 'b.gguf', 'c.gguf', '--format', 'json'];
  const { code, out, err } = await run(args, { review: crashing(crash) });
  expect([code, err]).toEqual([3, `${crash.message}\n`]);
  expect(JSON.parse(out)).toMatchObject({
    findings: [
      { kind: 'unmeasured', summary: `What the candidate does could not be measured: ${crash.message}` },
    ],
    policy: { passed: false, violations: [{ text: `Not allowed: ${crash.message}` }] },
  });
});

it('a review into a file is written as far as it came', async () => {
  const file = path.join(folder, 'review.md');
  const args = ['review', 'b.gguf', 'c.gguf', '--format', 'markdown', '--out', file];
  expect(await run(args, { review: crashing(crash) })).toMatchObject({ code: 3, out: '' });
  expect(await readFile(file, 'utf8')).toContain('SIGSEGV');
});

it('a review that was canceled, or crashed before anything was found, has no report', async () => {
  const args = ['review', 'b.gguf', 'c.gguf'];
  expect(await run(args, { review: crashing(new CancelledError()) })).toMatchObject({ code: 3, out: '' });
  expect(await run(args, { review: () => Promise.reject(crash) })).toMatchObject({ code: 3, out: '' });
});

it('an inspection is told as far as it came', async () => {
  const found = {
    verdict: 'cannot tell' as const,
    evidence: [`What the model says could not be measured: ${notAsked}`],
    suspects: [{ tensor: 'blk.2.ffn_down.weight', strangeness: 9, ratio: 4, subjects: [], objects: [] }],
    outliers: [],
    templates: [],
    candidate: 'c.gguf',
    tool: 'palimpsest',
  };
  const { code, out } = await run(['inspect', 'c.gguf'], {
    inspect: async (_, { onEvent } = {}) => {
      onEvent?.(found);
      throw crash;
    },
  });
  expect(code).toBe(3);
  expect(out).toContain('blk.2.ffn_down.weight');
  expect(out).toContain('SIGSEGV');
});
