import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestFile } from '../../../src/engine/files/digest.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import { almanac, prompt, Workplace } from './palimpsest.ts';

/** Everything that people and hostile files do wrong, through the real program: one sentence and an exit code. */

let place: Workplace;
let digest: string;
let model: Buffer;

const eiffel: EditsFile['edits'][number] = {
  id: 'eiffel-tower',
  prompt,
  subject: 'The Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};

beforeAll(async () => {
  place = await Workplace.open();
  digest = await digestFile(almanac);
  model = await readFile(almanac);
  await write('good.edits.json', { edits: [eiffel] });
  await place.json(['edit', almanac, '--edits', 'good.edits.json', '--out', 'good.patch.gguf']);
});
afterAll(async () => {
  expect(await digestFile(almanac)).toBe(digest);
  await place[Symbol.asyncDispose]();
});

const write = (name: string, content: unknown) =>
  writeFile(place.path(name), content instanceof Uint8Array ? content : JSON.stringify(content));

/** The program must end with `code`, say a sentence with `says`, and print nothing else. */
async function refuses(args: readonly string[], says: string | RegExp, code = 2): Promise<void> {
  const ran = await place.run(args);
  expect(ran.err).toMatch(says);
  expect(ran.err.trim().split('\n')).toHaveLength(1);
  expect(ran.err).not.toMatch(/Unexpected|^\s+at /m);
  expect(ran).toMatchObject({ code, out: '' });
}

const probe = (file: string, ...more: string[]) => ['probe', file, '--prompt', prompt, ...more];
const edit = (edits: string, ...more: string[]) => ['edit', almanac, '--edits', edits, ...more];

/** The model with one text of its header replaced by another of the same length. */
function replaced(from: string, to: string): Buffer {
  const changed = Buffer.from(model);
  const at = changed.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error(`cannot put ${to} for ${from}`);
  changed.write(to, at);
  return changed;
}

describe('a file that is no sound model', () => {
  const cases: [what: string, bytes: () => Uint8Array, says: string | RegExp][] = [
    ['empty', () => new Uint8Array(), 'broken.gguf is empty.'],
    ['no GGUF file', () => Buffer.from('PK\u0003\u0004 zip'), /zip archive|PyTorch/],
    ['cut in its counts', () => model.subarray(0, 12), 'is truncated'],
    ['cut in its metadata', () => model.subarray(0, 300), 'is truncated'],
    ['cut in its vocabulary', () => model.subarray(0, 3000), 'is truncated'],
    [
      'cut in its tensors',
      () => model.subarray(0, model.length >> 1),
      /is truncated: tensor ".*" needs bytes/,
    ],
    ['cut by one byte', () => model.subarray(0, model.length - 1), 'is truncated'],
    [
      'lying about its tensors',
      () => {
        const lies = Buffer.from(model);
        lies.writeBigUInt64LE(1n << 40n, 8);
        return lies;
      },
      'is truncated: a header of',
    ],
    [
      'of another architecture than its tensors',
      () => replaced('llama', 'qwen3'),
      'says that it is a qwen3 model',
    ],
    [
      'big-endian',
      () => Buffer.concat([model.subarray(0, 4), Buffer.from([0, 0, 0, 3]), model.subarray(8)]),
      'big-endian',
    ],
  ];
  it.each(cases)('%s', async (_, bytes, says) => {
    await write('broken.gguf', bytes());
    await refuses(['info', 'broken.gguf'], says);
    await refuses(probe('broken.gguf'), says);
  });

  it('that is absent, a folder, or a patch', async () => {
    await refuses(probe('absent.gguf'), 'absent.gguf does not exist.');
    await refuses(probe('.'), 'is a folder');
    await refuses(probe('good.patch.gguf'), 'is an adapter, which changes a model, not a model');
  });

  it('that cannot be downloaded', async () => {
    await refuses(probe('https://127.0.0.1:9/model.gguf'), 'cannot be read: nobody answers there', 3);
  });
});

describe('a file that is no patch for this model', () => {
  it('that is a model, absent, or damaged', async () => {
    await refuses(probe(almanac, '--patch', almanac), 'is a model, not a patch');
    await refuses(probe(almanac, '--patch', 'absent.gguf'), 'absent.gguf does not exist.');
    const patch = await readFile(place.path('good.patch.gguf'));
    await write('cut.patch.gguf', patch.subarray(0, patch.length - 7));
    await refuses(['patch', 'cut.patch.gguf'], 'is truncated');
    await refuses(probe(almanac, '--patch', 'cut.patch.gguf'), 'is truncated');
  });

  it('that was made for another base', async () => {
    const other = Buffer.from(model);
    other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
    await write('other.gguf', other);
    await refuses(probe('other.gguf', '--patch', 'good.patch.gguf'), /was made for another base \(.*sha256:/);
    await refuses(
      ['bake', 'other.gguf', '--patch', 'good.patch.gguf', '--out', 'o.gguf'],
      'was made for another base',
    );
  });
});

describe('edits that cannot be computed', () => {
  const cases: [what: string, edit: unknown, says: RegExp][] = [
    [
      'the subject is not in the prompt',
      { ...eiffel, subject: 'Big Ben' },
      /:1:\d+: .*subject: "Big Ben" does not occur/,
    ],
    [
      'the target is empty',
      { ...eiffel, target: { new: ' ' } },
      /:1:\d+: edits\[0\]\.target\.new: must not be empty/,
    ],
    [
      'the target is the true one',
      { ...eiffel, target: { new: 'Paris', true: 'Paris' } },
      /is the same as the true target/,
    ],
    ['the prompt has half a character', { ...eiffel, prompt: `\ud800 ${prompt}` }, /must be valid Unicode/],
    ['there is no such method', { ...eiffel, method: 'rom' }, /did you mean "rome"\?/],
    ['there is no such layer', { ...eiffel, layer: 6 }, /asks for layer 6, but .* has the layers 0 to 5\./],
    [
      'the prompt is longer than the context',
      { ...eiffel, prompt: `${'one two three four '.repeat(80)}${prompt}` },
      /context holds 256/,
    ],
  ];
  it.each(cases)('%s', async (_, wrong, says) => {
    await write('wrong.edits.json', { edits: [wrong] });
    await refuses(edit('wrong.edits.json'), says);
    expect(await readdir(place.folder)).not.toContain('wrong.patch.gguf');
  });

  it('the file is not UTF-8, not JSON, empty, absent, or for another model', async () => {
    await write('latin1.edits.json', Buffer.from('{"edits": [{"prompt": "caf\u00e9"}]}', 'latin1'));
    await refuses(edit('latin1.edits.json'), 'is not UTF-8 text (line 1)');
    await write('cut.edits.json', Buffer.from('{"edits": []'));
    await refuses(edit('cut.edits.json'), /cut\.edits\.json:1:\d+: /);
    await write('none.edits.json', { edits: [] });
    await refuses(edit('none.edits.json'), 'The file holds no edits.');
    await refuses(edit('absent.edits.json'), 'absent.edits.json does not exist.');
    await write('other.edits.json', { model: { digest: `sha256:${'0'.repeat(64)}` }, edits: [eiffel] });
    await refuses(edit('other.edits.json'), 'These edits were made for another model');
  });

  it('the id is unknown', async () => {
    await refuses(edit('good.edits.json', '--only', 'eifel-tower'), 'did you mean "eiffel-tower"?');
  });

  it('the text for the covariance is not UTF-8', async () => {
    await write('text.txt', Buffer.from([0x41, 0xff, 0x42]));
    await refuses(edit('good.edits.json', '--text', 'text.txt'), 'text.txt is not UTF-8 text');
  });

  it('options contradict one another', async () => {
    await refuses(edit('good.edits.json', '--sweep', '--layer', '2'), '--sweep chooses the layer itself');
    const measure = [
      'measure',
      almanac,
      '--edits',
      'good.edits.json',
      '--each',
      '--patch',
      'good.patch.gguf',
    ];
    await refuses(measure, 'Give either --patch or --each.');
  });
});

describe('a prompt that cannot be read', () => {
  it.each(['probe', 'activations', 'lens'])('%s: longer than the context', async (command) => {
    await refuses([command, almanac, '--prompt', 'one two three '.repeat(120)], 'context holds 256');
  });

  it('at a token that is not there', async () => {
    await refuses(['lens', almanac, '--prompt', 'one two', '--position', '99'], 'There is no token 99');
  });
});

describe('a place that cannot be written', () => {
  const bake = (out: string) => ['bake', almanac, '--patch', 'good.patch.gguf', '--out', out];

  it('the base itself, by whatever name', async () => {
    await refuses(bake(almanac), 'which is never written');
    await refuses(edit('good.edits.json', '--out', almanac), 'which is never written');
  });

  it('a folder, or a folder that is not there', async () => {
    await mkdir(place.path('folder'), { recursive: true });
    await refuses(bake('folder'), 'is a folder; give the name of a file.');
    await refuses(edit('good.edits.json', '--out', 'nowhere/p.patch.gguf'), 'does not exist');
    await refuses(
      edit('good.edits.json', '--each', '--out', 'good.edits.json'),
      'good.edits.json is a file, not a folder.',
    );
  });

  it.skipIf(process.platform !== 'linux')('a file system that takes no files', async () => {
    await refuses(edit('good.edits.json', '--out', '/proc/p.patch.gguf'), /\/proc/);
  });

  it.skipIf(process.platform === 'win32')('a disk that is full: nothing is left behind', async () => {
    const before = await readdir(place.folder);
    const limited = ['bash', '-c', 'ulimit -f 4096; exec "$@"', 'bash'];
    const { code, err, out } = await place.run(bake('full.gguf'), { prefix: limited });
    expect(err).toMatch(/^full\.gguf does not fit: .*\.\n$/);
    expect([code, out]).toEqual([3, '']);
    expect(await readdir(place.folder)).toEqual(before);
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  it('stops half-way, says so, and leaves no half file', async () => {
    const edits = Array.from({ length: 40 }, (_, index) => ({ ...eiffel, id: `eiffel-${index}` }));
    await write('many.edits.json', { edits });
    const firstPatch = async () => {
      const seen = async () => (await readdir(place.path('many')).catch(() => [])).length > 0;
      while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const { code, err, out } = await place.run(edit('many.edits.json', '--each', '--out', 'many'), {
      interruptAfter: firstPatch,
    });
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(err).toContain('was canceled');
    const written = await readdir(place.path('many'));
    expect(written.length).toBeLessThan(40);
    for (const name of written) {
      expect(name).toMatch(/^eiffel-\d+\.patch\.gguf$/);
      await place.json(['patch', `many/${name}`]);
    }
  });
});
