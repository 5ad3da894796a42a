import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** What is evaluated when the extension is activated: all that its entry imports in the ordinary way, at any distance. */
async function loadedOnActivation(): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: ['src/extension.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode', 'koffi', 'node-llama-cpp'],
  });
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { kind, path } of metafile.inputs[file]?.imports ?? [])
      if (kind === 'import-statement') load(path);
  };
  load('src/extension.ts');
  return loaded;
}

it('loads neither native code, nor the engine, nor the schemas of files', async () => {
  const loaded = await loadedOnActivation();
  expect(loaded).toContain('src/workbench/workbench.ts');
  for (const later of [
    'koffi',
    'node_modules/zod/index.js',
    'node-llama-cpp',
    'src/engine/client.ts',
    'src/engine/engine.ts',
    'src/engine/editing/editsFile/editsFile.ts',
    'src/engine/editing/patches/readPatch.ts',
    'src/protocol/edits.ts',
    'src/protocol/editing.ts',
    'src/protocol/engine.ts',
  ]) {
    // a file that was moved away would not be loaded either
    expect(!later.startsWith('src/') || existsSync(later), later).toBe(true);
    expect(loaded, later).not.toContain(later);
  }
});
