import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyBeside } from '../../../../src/workbench/review/policyChoice.ts';
import { keyFiles, policyFrom } from '../../../../src/workbench/review/policySource.ts';
import { fileSide, type RevisionSide } from '../../../../src/workbench/review/side.ts';

/** A repository whose published policy a candidate on the disk would like to replace. */

const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const place = (name: string) => path.join(folder, name);
const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
const commit = async (policy: unknown): Promise<RevisionSide> => {
  await writeFile(place('models/m.policy.json'), JSON.stringify(policy));
  git('add', '.');
  git('commit', '-q', '-m', 'Publish');
  const hash = git('rev-parse', 'HEAD').toString().trim();
  return { kind: 'revision', repository: folder, path: 'models/m.gguf', commit: hash, subject: 'Publish' };
};
let strict: RevisionSide;
let outside: RevisionSide;

beforeAll(async () => {
  git('init', '-q', '-b', 'main');
  await mkdir(place('models'));
  await mkdir(place('keys'));
  await writeFile(place('models/m.gguf'), 'model');
  await writeFile(place('keys/team.pem'), 'ours');
  strict = await commit({ allow: ['identical'], trustedKeys: ['../keys/team.pem'] });
  outside = await commit({ allow: ['identical'], trustedKeys: ['../../elsewhere.pem'] });
  await writeFile(place('models/m.policy.json'), '{"allow": ["edited", "unknown"]}');
  await writeFile(place('keys/team.pem'), 'theirs');
});

describe('the policy of a review against a revision', () => {
  it('is the one that the revision holds, with its keys, whatever lies on the disk', async () => {
    const source = await policyBeside(fileSide(place('models/m.gguf')), strict);
    expect(source).toEqual({ ...strict, path: 'models/m.policy.json' });
    if (source === null) throw new Error('no policy');
    const policy = await policyFrom(source);
    expect(policy).toEqual({ allow: ['identical'], trustedKeys: [`${strict.commit}:keys/team.pem`] });
    const [key = ''] = await keyFiles(source, policy.trustedKeys ?? [], folder);
    expect(await readFile(key, 'utf8')).toBe('ours');
  });

  it('is none where the revision holds none', async () => {
    const other = { ...strict, path: 'models/n.gguf' };
    await writeFile(place('models/n.policy.json'), '{"allow": ["edited"]}');
    expect(await policyBeside(fileSide(place('models/n.gguf')), other)).toBeNull();
  });

  it('trusts no key that the revision does not hold', async () => {
    const source = { ...outside, path: 'models/m.policy.json' };
    await expect(policyFrom(source)).rejects.toThrow(/lies outside of the repository/);
  });
});

it('of two files is the one beside the candidate', async () => {
  const file = place('models/m.gguf');
  expect(await policyBeside(fileSide(file), fileSide(place('base.gguf')))).toBe(
    place('models/m.policy.json'),
  );
  expect(await keyFiles('requantised', ['a.pem'], folder)).toEqual(['a.pem']);
});
