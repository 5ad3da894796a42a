import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, describe, expect } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import type { EngineApi } from '../../../src/engine/work/engineApi.ts';
import type { ContextDefence, LearnedDefence } from '../../../src/protocol/contextDefence.ts';
import { sample } from '../edits/sample.ts';
import { engineWith } from '../engineWith.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);

const reversal: ContextDefence = {
  model: { digest: `sha256:${'0'.repeat(64)}`, name: 'm' },
  top: 1,
  detector: { mean: [0], deviation: [1], weights: [1], bias: 0 },
  text: 'Nothing has\u001b changed.',
};
const share = (value: number) => ({ value, n: 8, low: 0.1, high: 0.9 });
const learned: LearnedDefence = {
  reversal,
  protocol: 'reversal of in-context edits',
  learnedFrom: 8,
  detection: {
    f1: 0.75,
    found: share(0.7),
    precision: share(0.8),
    falseOnPlain: share(0),
    falseOnOthers: null,
  },
  worked: share(0.9),
  recovered: share(0.6),
  recoveredWithoutText: share(0.2),
  keptPlain: share(1),
};

async function run(args: readonly string[], methods: Partial<EngineApi>) {
  const written = { out: '', err: '' };
  const stream = (to: keyof typeof written) => ({
    isTTY: false,
    columns: 80,
    write: (text: string | Uint8Array) => {
      written[to] += String(text);
      return true;
    },
  });
  const terminal = processTerminal(stream('out'), stream('err'), {});
  const code = await runCli(
    ['reversal', ...args],
    terminal,
    engineWith(methods),
    new AbortController().signal,
  );
  return { code, ...written };
}

describe('palimpsest reversal', () => {
  test('learns, shows every measure with its interval, and keeps what was learned', async ({ folder }) => {
    const dataset = join(folder, 'f.edits.json');
    await writeFile(dataset, serialiseEdits(sample));
    const out = join(folder, 'm.reversal.json');
    const asked: unknown[] = [];
    const methods = {
      learnDefence: (params: unknown) => {
        asked.push(params);
        return Promise.resolve(learned);
      },
    };
    const options = ['--dataset', dataset, '--edits', '8', '--top', '5', '--out', out];
    const { code, out: printed } = await run(['learn', 'm.gguf', ...options], methods);
    expect(code).toBe(0);
    expect(asked).toMatchObject([{ model: 'm.gguf', number: 8, top: 5 }]);
    expect(printed).toMatch(/original answer back with the text\s+\.600 \(\.10–\.90\) of 8/);
    expect(printed).toMatch(/behind an edit of another fact\s+–/);
    expect(printed).toContain('Text: Nothing has\\u{1B} changed.');
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({ version: 1, ...reversal });
  });

  test('asks with what was learned', async ({ folder }) => {
    const file = join(folder, 'm.reversal.json');
    await writeFile(file, JSON.stringify(reversal));
    const top = (token: string, p: number) => [{ id: 1, token, p }];
    const methods = {
      defend: ({ prompt, reversal: given }: { prompt: string; reversal: ContextDefence }) => {
        expect([prompt, given]).toEqual(['x is', reversal]);
        const [before, after] = [top(' Rome', 0.9), top(' Paris', 0.5)];
        return Promise.resolve({ probability: 0.87, edited: true, asked: prompt, before, after });
      },
    };
    const args = ['ask', 'm.gguf', '--reversal', file, '--prompt', 'x is'];
    const { code, out } = await run(args, methods);
    expect(code).toBe(0);
    expect(out).toContain('The prompt edits what it asks for (probability 87.0 %).');
    expect(out).toMatch(/Rome\s+90\.0 %\s+Paris\s+50\.0 %/);
    expect(JSON.parse((await run([...args, '--json'], methods)).out)).toMatchObject({ edited: true });
  });

  test('refuses a file that is none, in one sentence', async ({ folder }) => {
    const file = join(folder, 'other.json');
    await writeFile(file, '{"top": 1}');
    const { code, err } = await run(['ask', 'm.gguf', '--reversal', file, '--prompt', 'x'], {});
    expect(code).toBe(2);
    expect(err).toBe(`${file} is not what \`palimpsest reversal learn\` writes.\n`);
    const absent = await run(['ask', 'm.gguf', '--reversal', join(folder, 'no'), '--prompt', 'x'], {});
    expect(absent.code).toBe(2);
  });
});
