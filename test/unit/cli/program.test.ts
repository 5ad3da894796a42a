import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { EngineError, InputError } from '../../../src/engine/errors.ts';
import type { EngineApi } from '../../../src/engine/work/engineApi.ts';
import { engineWith, plainPatch } from '../engineWith.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line on an engine that does only what it is given. */
async function run(
  args: readonly string[],
  methods: Partial<EngineApi> = {},
  { screen = false, env = {} }: { screen?: boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const written = { out: '', err: '' };
  const stream = (to: keyof typeof written) => ({
    isTTY: screen,
    columns: 80,
    write: (text: string | Uint8Array) => {
      written[to] += String(text);
      return true;
    },
  });
  const terminal = processTerminal(stream('out'), stream('err'), env);
  const code = await runCli(args, terminal, engineWith(methods), new AbortController().signal);
  return { code, ...written };
}

const probed = {
  before: [{ token: ' Paris', id: 7, p: 0.75 }],
  after: [{ token: ' Rome', id: 9, p: 0.5 }],
  kl: 1.25,
};
const probe = ['probe', 'm.gguf', '--prompt', 'The Eiffel Tower is in'];
const esc = '\u001b';

describe('a command line that is wrong', () => {
  it.each([
    ['nothing at all', [], 'Usage: palimpsest'],
    ['an unknown command', ['prob', 'm.gguf'], 'Did you mean probe?'],
    ['a missing option', ['probe', 'm.gguf'], "required option '--prompt <text>' not specified"],
    ['a missing file', ['info'], "missing required argument 'model'"],
    ['an unknown option', [...probe, '--tops', '3'], '--top'],
    [
      'a layer that is no number',
      ['edit', 'm.gguf', '--edits', 'e', '--layer', '-1'],
      'It must be a whole number from 0 on.',
    ],
    ['a top of none', [...probe, '--top', '0'], 'It must be a whole number from 1 on.'],
    ['a strength that is no number', [...probe, '--strength', 'much'], 'It must be a number.'],
    [
      'an unknown method',
      ['edit', 'm.gguf', '--edits', 'e', '--method', 'rom'],
      'Allowed choices are rome, r-rome',
    ],
    [
      'an unknown format',
      ['import', 'r.json', '--format', 'parquet', '--out', 'o'],
      'Allowed choices are counterfact',
    ],
  ])('%s: says what, with exit code 2', async (_, args, says) => {
    const { code, err } = await run(args);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });
});

describe('help', () => {
  it.each(['info', 'import', 'edit', 'measure', 'probe', 'activations', 'lens', 'bake', 'patch'])(
    'of %s shows how it is used, with examples',
    async (command) => {
      const { code, out } = await run([command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: palimpsest ${command}`);
      expect(out).toContain(`$ palimpsest ${command} `);
      expect(out).toContain('--json');
    },
  );

  it('of the program tells exit codes and surroundings', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 {2}done/);
    expect(out).toContain('PALIMPSEST_THREADS');
  });
});

describe('results', () => {
  it("are the facade's own shapes with --json, and nothing else is on stdout", async () => {
    const { code, out, err } = await run([...probe, '--json'], { probe: async () => probed });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(probed);
    expect(err).toBe('');
  });

  it('hold typed arrays as lists and what is no number as null', async () => {
    const norms = {
      residual: Float32Array.of(1, Number.NaN),
      attention: Float32Array.of(0.5),
      mlp: new Float32Array(),
    };
    const found = { tokens: [{ id: 1, text: 'a' }], layers: 1, before: norms, after: norms, change: norms };
    const { out } = await run(['activations', 'm.gguf', '--prompt', 'a', '--json'], {
      activations: async () => found,
    });
    expect(JSON.parse(out)).toHaveProperty('before', { residual: [1, null], attention: [0.5], mlp: [] });
  });

  it('pass on what the options say', async () => {
    const asked: unknown[] = [];
    await run([...probe, '--patch', 'a.gguf', '--patch', 'b.gguf', '--strength', '-0.5', '--top', '3'], {
      patchInfo: async () => plainPatch,
      probe: async (params) => {
        asked.push(params);
        return probed;
      },
    });
    expect(asked).toEqual([
      {
        model: 'm.gguf',
        prompt: 'The Eiffel Tower is in',
        patches: [
          { path: 'a.gguf', strength: -0.5 },
          { path: 'b.gguf', strength: -0.5 },
        ],
        top: 3,
      },
    ]);
  });

  it('warn of what patches cannot do before anything is computed, on stderr alone', async () => {
    const warned: string[] = [];
    const { code, out, err } = await run([...probe, '--patch', 'a.gguf', '--patch', 'b.gguf', '--json'], {
      patchInfo: async ({ path }) => {
        warned.push(path);
        return path === 'a.gguf' ? plainPatch : { ...plainPatch, warnings: [`${path}: ${esc}[2J`, 'two'] };
      },
      probe: async () => {
        expect(warned).toEqual(['a.gguf', 'b.gguf']);
        return probed;
      },
    });
    expect([code, JSON.parse(out)]).toEqual([0, probed]);
    expect(err).toBe('Warning: b.gguf: \\u{1B}[2J\nWarning: two\n');
  });

  it('say once what the engine warns of for one thing after the other', async () => {
    const { code, err } = await run(probe, {
      probe: async (_, work) => {
        for (const text of ['same', 'other', 'same']) work?.warn?.(text);
        return probed;
      },
    });
    expect([code, err]).toEqual([0, 'Warning: same\nWarning: other\n']);
  });

  it('show control characters of a model as escapes, never to the terminal', async () => {
    const hostile = { ...probed, before: [{ token: `${esc}[2J\u0007\n\u202e`, id: 1, p: 1 }] };
    const { out } = await run(probe, { probe: async () => hostile });
    expect(out).not.toContain(esc);
    expect(out).toContain('\\u{1B}[2J\\u{7}\\n\\u{202E}');
  });

  it.each([
    ['a pipe', false, {}, false],
    ['a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['a screen', true, {}, true],
    ['a screen with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ])('in %s: colours or none', async (_, screen, env, coloured) => {
    const { out } = await run(probe, { probe: async () => probed }, { screen, env });
    expect(out.includes(esc)).toBe(coloured);
  });
});

describe('progress', () => {
  const slow: Partial<EngineApi> = {
    probe: async (_, { report } = {}) => {
      report?.('reading the probes', 0.5);
      return probed;
    },
  };

  it('is drawn on a screen and taken away again', async () => {
    const { err } = await run(probe, slow, { screen: true });
    expect(err).toContain('50 %  reading the probes');
    expect(err.endsWith(`\r${esc}[K`)).toBe(true);
  });

  it('is not there in a pipe', async () => {
    expect((await run(probe, slow)).err).toBe('');
  });
});

describe('what goes wrong', () => {
  const failing = (error: unknown): Partial<EngineApi> => ({ probe: () => Promise.reject(error) });

  it.each([
    ['the input is wrong', new InputError('m.gguf is empty.'), 2, 'm.gguf is empty.\n'],
    ['the engine fails', new EngineError('There is not enough memory.'), 3, 'There is not enough memory.\n'],
    [
      'there is a defect',
      new TypeError('x is undefined'),
      3,
      'Unexpected error: x is undefined (PALIMPSEST_DEBUG=1 shows where)\n',
    ],
    ['a message would steer the terminal', new InputError(`${esc}[31mred`), 2, '\\u{1B}[31mred\n'],
  ])('%s: one sentence, no stack, and the exit code', async (_, error, exitCode, says) => {
    expect(await run(probe, failing(error))).toEqual({ code: exitCode, out: '', err: says });
  });

  it('shows the stack when it is asked to', async () => {
    const { err } = await run(probe, failing(new TypeError('x')), { env: { PALIMPSEST_DEBUG: '1' } });
    expect(err).toContain('at ');
  });
});
