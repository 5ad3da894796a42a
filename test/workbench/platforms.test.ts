import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { root, target, vsix, vsixFor } from '../../scripts/workbench/places.ts';
import { describeWorkbench } from './useWorkbench.ts';

/** The VSIX of this platform beside that of another: the same but for the native code. */

const other = target === 'linux-arm64' ? 'linux-x64' : 'linux-arm64';
/** What ELF says of the processor (`e_machine`). */
const machines: Readonly<Record<string, number>> = { 'linux-x64': 62, 'linux-arm64': 183 };
/** What the packages of a platform bring, by their names without it. */
const nativeFolder = /^extension\/node_modules\/(?:@koromix\/koffi-|@node-llama-cpp\/)([^/]+)\//;

const listed = (file: string): string[] =>
  execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n').sort();
const read = (file: string, entry: string): Buffer =>
  execFileSync('unzip', ['-p', file, entry], { maxBuffer: 64 << 20 });

describeWorkbench('the VSIX of two platforms', () => {
  let problem = '';
  const sides = () => [
    { platform: target, file: vsix, entries: listed(vsix) },
    { platform: other, file: vsixFor(other), entries: listed(vsixFor(other)) },
  ];

  /** Packs the VSIX of the other platform. */
  function pack(more: Readonly<Record<string, string>> = {}) {
    const script = [path.join(root, 'scripts/run.mjs'), 'scripts/workbench/package.ts', '--target', other];
    const env = { ...process.env, ...more };
    return spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8', env });
  }

  beforeAll(() => {
    const { status, stderr } = pack();
    // without a registry there are no packages of another platform
    if (status !== 0) problem = stderr.split('\n').find((line) => line.startsWith('Error:')) ?? stderr;
    if (problem !== '' && process.env['CI'] === 'true') throw new Error(problem);
  }, 180_000);

  it('holds the same files besides native code', ({ skip }) => {
    if (problem !== '') skip(problem);
    const [own, another] = sides().map(({ entries }) => entries.filter((entry) => !nativeFolder.test(entry)));
    expect(another).toEqual(own);
    expect(own?.length).toBeGreaterThan(50);
  });

  it('holds the same bytes in all that runs everywhere', ({ skip }) => {
    if (problem !== '') skip(problem);
    const [own, another] = sides();
    const everywhere =
      own?.entries.filter((entry) => /^extension\/(?:dist\/|package|samples\/)/.test(entry)) ?? [];
    const differing = everywhere.filter(
      (entry) => !read(own?.file ?? '', entry).equals(read(another?.file ?? '', entry)),
    );
    expect(differing).toEqual([]);
  });

  it('holds native code for its own processor alone, and says which platform it is for', ({ skip }) => {
    if (problem !== '') skip(problem);
    for (const { platform, file, entries } of sides()) {
      const native = entries.filter((entry) => nativeFolder.test(entry));
      expect(new Set(native.map((entry) => nativeFolder.exec(entry)?.[1]))).toEqual(new Set([platform]));
      const libraries = native.filter((entry) => /\.(?:node|so)$/.test(entry));
      expect(libraries.length).toBeGreaterThan(5);
      for (const library of libraries)
        expect([library, read(file, library).readUInt16LE(18)]).toEqual([library, machines[platform]]);
      expect(read(file, 'extension.vsixmanifest').toString()).toContain(`TargetPlatform="${platform}"`);
    }
  });

  it('has a page whose links and pictures lead into the repository where a release makes it', ({ skip }) => {
    if (problem !== '') skip(problem);
    const address = 'https://github.com/owner/palimpsest';
    const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'owner/palimpsest' };
    expect(pack({ ...env, GITHUB_REF_NAME: 'v9.9.9' }).status).toBe(0);
    const page = read(vsixFor(other), 'extension/readme.md').toString();
    const links = [...page.matchAll(/(!?)\[[^\]]*\]\(([^)#][^)]*)\)/g)];
    expect(links.length).toBeGreaterThan(10);
    for (const [, picture, link = ''] of links) {
      if (link.startsWith(address))
        expect(link).toContain(picture === '!' ? '/raw/v9.9.9/' : '/blob/v9.9.9/');
      else expect(link).toMatch(/^https:/);
    }
    const { repository, bugs, homepage } = JSON.parse(
      read(vsixFor(other), 'extension/package.json').toString(),
    );
    expect([repository.url, bugs.url, homepage]).toEqual([
      `git+${address}.git`,
      `${address}/issues`,
      `${address}#readme`,
    ]);
  });
});
