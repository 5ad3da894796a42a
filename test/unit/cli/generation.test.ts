import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import type { EngineParams } from '../../../src/protocol/engine.ts';
import { engineWith, plainPatch } from '../engineWith.ts';

/** Runs a command line on a model that repeats how many turns it has heard, in two pieces. */
async function run(args: readonly string[], typed = '') {
  const written = { out: '', err: '' };
  const asked: EngineParams['generate'][] = [];
  const stream = (to: keyof typeof written) => ({
    columns: 80,
    write: (text: string | Uint8Array) => {
      written[to] += String(text);
      return true;
    },
  });
  const engine = engineWith({
    patchInfo: async () => plainPatch,
    async generate(params, work) {
      asked.push(params);
      const turns = typeof params.prompt === 'string' ? 1 : params.prompt.length;
      const text = `${params.patches?.length === 0 ? 'plain' : 'patched'} ${turns}`;
      work?.onEvent?.({ text: text.slice(0, 3) });
      work?.onEvent?.({ text: text.slice(3) });
      return { text, tokens: 2, ended: true };
    },
  });
  const terminal = processTerminal(stream('out'), stream('err'), {}, Readable.from([typed]));
  const code = await runCli(args, terminal, engine, new AbortController().signal);
  return { code, asked, ...written };
}

describe('generate', () => {
  it('prints the text as it comes, on the patches', async () => {
    const { code, out, asked } = await run(['generate', 'm.gguf', '--prompt', 'x', '--patch', 'p.gguf']);
    expect({ code, out }).toEqual({ code: 0, out: 'patched 1\n' });
    expect(asked).toEqual([
      expect.objectContaining({ prompt: 'x', patches: [{ path: 'p.gguf', strength: 1 }], maxTokens: 256 }),
    ]);
  });

  it('asks through the chat template, and samples where a temperature is given', async () => {
    const { asked } = await run([
      ...['generate', 'm.gguf', '--prompt', 'x', '--system', 's'],
      ...['--temperature', '0.7', '--seed', '3', '--tokens', '9'],
    ]);
    expect(asked[0]).toMatchObject({
      prompt: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'x' },
      ],
      maxTokens: 9,
      sampling: { temperature: 0.7, topP: 0.95, seed: 3 },
    });
  });

  it('shows both answers side by side, and both as JSON', async () => {
    const args = ['generate', 'm.gguf', '--prompt', 'x', '--chat', '--patch', 'p.gguf', '--before-after'];
    expect((await run(args)).out).toMatch(/without +with the patches\nplain 1 +patched 1\n/);
    expect(JSON.parse((await run([...args, '--json'])).out)).toMatchObject({
      before: { text: 'plain 1' },
      after: { text: 'patched 1' },
    });
  });

  it.each([['generate', '--prompt', 'x'], ['chat']])(
    'refuses to compare with no patch: %s',
    async (name, ...rest) => {
      const { code, err } = await run([name, 'm.gguf', ...rest, '--before-after']);
      expect(code).toBe(2);
      expect(err).toBe('--before-after compares with and without patches; name one with --patch.\n');
    },
  );
});

describe('chat', () => {
  it('keeps the conversation, the system turn first', async () => {
    const { code, out, asked } = await run(['chat', 'm.gguf', '--system', 's'], 'one\n\ntwo\n');
    expect({ code, out }).toEqual({ code: 0, out: 'plain 2\nplain 4\n' });
    expect(asked.at(-1)?.prompt).toEqual([
      { role: 'system', content: 's' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'plain 2' },
      { role: 'user', content: 'two' },
    ]);
  });

  it('goes on from the own answers of each, with and without the patches', async () => {
    const { asked } = await run(['chat', 'm.gguf', '--patch', 'p.gguf', '--before-after'], 'one\ntwo\n');
    expect(asked.map(({ prompt }) => prompt.at(-2))).toEqual([
      undefined,
      undefined,
      { role: 'assistant', content: 'plain 1' },
      { role: 'assistant', content: 'patched 1' },
    ]);
  });
});
