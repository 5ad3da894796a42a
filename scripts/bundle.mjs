import { join } from 'node:path';
import { build } from 'esbuild';
import { watInBundles } from './wat.mjs';

/** CommonJS packages inside an ES module bundle still ask for Node's own modules with `require`. */
const requireInModules =
  "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);";

/**
 * Bundles TypeScript for Node. The two packages with native code stay outside, and the driver of the browser and what encodes pictures.
 *
 * @param {import('esbuild').BuildOptions} options
 * @returns what went into it
 */
export async function bundleForNode(options) {
  const modules = options.format !== 'cjs';
  const { metafile } = await build({
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    mainFields: ['module', 'main'],
    sourcemap: true,
    logLevel: 'warning',
    external: ['vscode', 'koffi', 'node-llama-cpp', 'oxc-parser', 'playwright-core', 'sharp', 'xmlbuilder2'],
    plugins: [watInBundles],
    ...(modules && { banner: { js: requireInModules } }),
    ...options,
  });
  return metafile;
}

/**
 * Bundles a page of a webview, `webview/NAME/main.tsx`, into `NAME.js` and `NAME.css` of a folder.
 *
 * @param {string} entry
 * @param {string} outfile of the script
 * @returns what went into it
 */
export async function bundleForWebview(entry, outfile) {
  const { metafile } = await build({
    metafile: true,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** Browsers that know no `using` yet have no such symbols; esbuild looks for them under these names. */
const disposeSymbols =
  "Symbol.dispose ??= Symbol.for('Symbol.dispose'); Symbol.asyncDispose ??= Symbol.for('Symbol.asyncDispose');";

/**
 * Bundles the extension for windows without a machine behind them. What it shares with the other still names Node's
 * modules: paths have slashes there, and there are no files of a machine.
 *
 * @param {string} entry
 * @param {string} outfile
 * @returns what went into it
 */
export async function bundleForBrowser(entry, outfile) {
  const noFiles = join(import.meta.dirname, '../src/browser/noFiles.ts');
  const { metafile } = await build({
    metafile: true,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'cjs',
    external: ['vscode'],
    alias: {
      'node:path': 'path-browserify',
      'node:fs': noFiles,
      'node:fs/promises': noFiles,
    },
    minify: true,
    keepNames: true,
    banner: { js: disposeSymbols },
    logLevel: 'warning',
  });
  return metafile;
}
