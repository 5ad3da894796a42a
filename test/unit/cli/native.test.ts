import path from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('the program holds no native code: what llama.cpp has a part in happens in the child process', async () => {
  const { metafile } = await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../../src/cli/main.ts')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['koffi', 'node-llama-cpp'],
  });
  const native = Object.entries(metafile.inputs).filter(([, { imports }]) =>
    imports.some(({ path: imported }) => imported === 'koffi'),
  );
  expect(native.map(([file]) => file)).toEqual([]);
});
