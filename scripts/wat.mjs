// WebAssembly is written in its text form, `NAME.wat`, and imported as the bytes of a module, in bundles and in tests.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import wabt from 'wabt';

/** The module that the text of a file describes. */
async function compiled(file) {
  const { parseWat } = await wabt();
  const module = parseWat(basename(file), await readFile(file, 'utf8'));
  try {
    module.validate();
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** @type {import('esbuild').Plugin} */
export const watInBundles = {
  name: 'wat',
  setup(build) {
    build.onLoad({ filter: /\.wat$/ }, async ({ path }) => ({
      contents: await compiled(path),
      loader: 'binary',
      watchFiles: [path],
    }));
  },
};

/** @returns {import('vite').Plugin} */
export function watInTests() {
  return {
    name: 'wat',
    async load(id) {
      if (!id.endsWith('.wat')) return undefined;
      return `export default Uint8Array.of(${await compiled(id)});`;
    },
  };
}
