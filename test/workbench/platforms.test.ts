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

  beforeAll(() => {
    const script = [path.join(root, 'scripts/run.mjs'), 'scripts/workbench/package.ts', '--target', other];
    const { status, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
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
});
