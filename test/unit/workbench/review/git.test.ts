import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lfsPointer } from '../../../../src/engine/git/lfsPointer.ts';
import { atHand } from '../../../../src/workbench/review/atHand.ts';
import {
  type Revision,
  revisionBefore,
  revisionsOf,
} from '../../../../src/workbench/review/git/revisions.ts';

/** The revisions of a checkpoint in a real repository, with what Git LFS leaves in it. */

const oid = createHash('sha256').update('whole').digest('hex');
const pointer = (size: number) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
const name = 'a [model].gguf';
const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const file = () => path.join(folder, 'models', name);
const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
const commit = async (content: string | Uint8Array, message: string) => {
  await writeFile(file(), content);
  git('add', '--', file());
  git('commit', '-q', '-m', message);
};
const first = new Uint8Array(3_000_000).map((_, index) => index % 251);
let revisions: Revision[];

beforeAll(async () => {
  await mkdir(path.join(folder, 'models'));
  git('init', '-q', '-b', 'main');
  await commit(first, 'The first\n\nwith a body');
  await commit('second', 'Train it further');
  git('tag', 'v2');
  git('switch', '-q', '-c', 'other', 'HEAD~1');
  await commit(pointer(5), 'Move it to Git LFS');
  git('switch', '-q', 'main');
  revisions = await revisionsOf(file());
});

const revision = (subject: string) => {
  const found = revisions.find(({ side }) => side.subject === subject);
  if (found === undefined) throw new Error(`no revision "${subject}"`);
  return found.side;
};

describe('revisions of a checkpoint', () => {
  it('are those of all branches, with their subject, refs and author', () => {
    expect(revisions.map(({ side }) => side.subject).sort()).toEqual([
      'Move it to Git LFS',
      'The first',
      'Train it further',
    ]);
    const tagged = revisions.find(({ refs }) => refs.includes('tag: v2'));
    expect(tagged).toMatchObject({
      author: 'Ada',
      side: { path: `models/${name}`, subject: 'Train it further' },
    });
    expect(Math.abs(Date.now() - (tagged?.date.getTime() ?? 0))).toBeLessThan(60_000);
  });

  it('follow one another on their own branch', async () => {
    const madeFrom = async (subject: string) => (await revisionBefore(revision(subject)))?.side.subject;
    expect(await madeFrom('Train it further')).toBe('The first');
    expect(await madeFrom('Move it to Git LFS')).toBe('The first');
    expect(await madeFrom('The first')).toBeUndefined();
  });

  it('are streamed from Git byte for byte, with progress', async () => {
    const fractions: number[] = [];
    const report = (_: string, fraction: number) => fractions.push(fraction);
    const fetched = await atHand(revision('The first'), folder, { report });
    expect(Buffer.compare(await readFile(fetched), first)).toBe(0);
    expect(fractions.length).toBeGreaterThan(1);
    expect(fractions.at(-1)).toBe(1);
  });

  it('are not begun once they are cancelled', async () => {
    await expect(
      atHand(revision('The first'), folder, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'CancelledError' });
  });

  it('say what is missing of Git LFS and what fetches it, and are read where LFS keeps them', async () => {
    const lfs = revision('Move it to Git LFS');
    await expect(atHand(lfs, folder, {})).rejects.toThrow(
      `git lfs fetch origin ${lfs.commit.slice(0, 8)} --include="models/${name}"`,
    );
    const kept = path.join(folder, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4));
    await mkdir(kept, { recursive: true });
    await writeFile(path.join(kept, oid), 'whole');
    expect(await readFile(await atHand(lfs, folder, {}), 'utf8')).toBe('whole');
  });

  it.each(['whale', 'much longer', ''])('are refused where LFS keeps other bytes (%j)', async (content) => {
    const lfs = revision('Move it to Git LFS');
    const kept = path.join(folder, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4));
    await mkdir(kept, { recursive: true });
    await writeFile(path.join(kept, oid), content);
    await expect(atHand(lfs, folder, {})).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(/its SHA-256 is another\. Remove it and fetch it again with: git lfs/),
    });
  });

  it('are refused for a file that no repository holds', async () => {
    const outside = await revisionsOf('/etc/hostname').catch((error: unknown) => error);
    expect(outside).toMatchObject({ name: 'InputError', message: expect.stringContaining('repository') });
  });
});

describe('a file that is a pointer of Git LFS', () => {
  it('is told apart from a checkpoint, and says how large its content is', async () => {
    const stub = path.join(folder, 'stub.gguf');
    await writeFile(stub, pointer(1_500_000_000));
    await expect(atHand({ kind: 'file', path: stub }, folder, {})).rejects.toThrow(
      /is a Git LFS pointer; its content \(1.5 GB\) is not on this machine\. Fetch it with: git lfs pull/,
    );
    expect(await atHand({ kind: 'file', path: file() }, folder, {})).toBe(file());
  });

  it.each([
    ['longer than any', pointer(1) + ' '.repeat(1024)],
    ['of another specification', pointer(1).replace('v1', 'v9')],
    ['without an object', pointer(1).replace(oid, 'abc')],
  ])('is none where it is %s', (_, text) => {
    expect(lfsPointer(new TextEncoder().encode(text))).toBeUndefined();
  });
});
