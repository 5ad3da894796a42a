import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, inject, it } from 'vitest';
import { vsix } from '../../scripts/workbench/places.ts';
import { commandLine, installedExtension } from './drive/commandLine.ts';
import { describeWorkbench } from './useWorkbench.ts';

/** What ships: the VSIX as VS Code has unpacked it. */

describeWorkbench('the VSIX', () => {
  let folder: string;
  let files: string[];

  beforeAll(() => {
    folder = installedExtension(inject('extensions'));
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  });

  const matching = (pattern: RegExp) => files.filter((file) => pattern.test(file));

  it('has at most 28 MB with the sample', () => {
    expect(statSync(vsix).size).toBeLessThanOrEqual(28 * 2 ** 20);
    expect(files).toEqual(
      expect.arrayContaining(
        ['almanac.gguf', 'almanac.edits.json', 'almanac.policy.json', 'candidate.tensors.gguf'].map(
          (name) => `samples/almanac/${name}`,
        ),
      ),
    );
  });

  it('holds the bundles, what the manifest names, and what a person reads', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      '.vsixmanifest',
      'LICENSE.txt',
      'changelog.md',
      'dist',
      'media',
      'node_modules',
      'package.json',
      'package.nls.json',
      'readme.md',
      'samples',
    ]);
    expect(matching(/^dist\//).toSorted()).toEqual([
      'dist/browser.js',
      'dist/cli.js',
      'dist/extension.cjs',
      'dist/host.js',
      'dist/licenses.txt',
      'dist/webview/edits.css',
      'dist/webview/edits.js',
      'dist/webview/header.css',
      'dist/webview/header.js',
      'dist/webview/inspector.css',
      'dist/webview/inspector.js',
      'dist/webview/notebook.css',
      'dist/webview/notebook.js',
      'dist/webview/review.css',
      'dist/webview/review.js',
      'dist/webview/task.css',
      'dist/webview/task.js',
    ]);
  });

  it('holds no source maps, no sources, no types and nothing from which llama.cpp is compiled', () => {
    expect(matching(/\.map$|\.d\.[cm]?ts$|gitRelease\.bundle$|llama\/addon\//)).toEqual([]);
    expect(matching(/^(?!node_modules\/).*\.tsx?$/)).toEqual([]);
  });

  it('holds no React, no compiler, and no package that is only for development', () => {
    expect(
      matching(/^node_modules\/(@types\/|@?typescript|@microsoft\/fast|react|preact|vitest|esbuild)/),
    ).toEqual([]);
  });

  it("holds koffi and llama.cpp's plain build, both of this platform, and no other package", () => {
    const packages = matching(/^node_modules\//).map(
      (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1],
    );
    const platform = `linux-${process.arch}`;
    expect([...new Set(packages)].toSorted()).toEqual([
      `@koromix/koffi-${platform}`,
      `@node-llama-cpp/${platform}`,
      'koffi',
    ]);
    expect(matching(/musl/)).toEqual([]);
  });

  it('runs by itself, without the packages of the repository', async () => {
    const prompt = 'The Eiffel Tower is located in the city of';
    const probed = await commandLine(
      inject('extensions'),
      'probe',
      'samples/almanac/almanac.gguf',
      '--prompt',
      prompt,
    );
    expect(probed).toHaveProperty('before.0.token', ' Paris');
  });
});
