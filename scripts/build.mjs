// Bundles what ships into dist/: the extension, the engine's child process, the command line and the webviews,
// with the licences of what is in them.
import { existsSync } from 'node:fs';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleForBrowser, bundleForNode, bundleForWebview } from './bundle.mjs';
import { licensesOf } from './licenses.mjs';

const root = join(import.meta.dirname, '..');
const from = (file) => join(root, 'src', file);
const dist = join(root, 'dist');
const page = (name) => join(root, 'webview', name, 'main.tsx');
const pages = (await readdir(join(root, 'webview'))).filter((name) => existsSync(page(name)));

const metafiles = await Promise.all([
  bundleForNode({
    entryPoints: [from('extension.ts')],
    outfile: join(dist, 'extension.cjs'),
    format: 'cjs',
    // half as much to compile when the extension is activated; names stay, for errors and stacks
    minifyWhitespace: true,
    minifySyntax: true,
  }),
  bundleForNode({ entryPoints: [from('engine/host.ts')], outfile: join(dist, 'host.js') }),
  bundleForNode({ entryPoints: [from('cli/main.ts')], outfile: join(dist, 'cli.js') }),
  bundleForBrowser(from('browser/extension.ts'), join(dist, 'browser.js')),
  ...pages.map((name) => bundleForWebview(page(name), join(dist, 'webview', `${name}.js`))),
]);
await writeFile(join(dist, 'licenses.txt'), licensesOf(metafiles));
await chmod(join(dist, 'cli.js'), 0o755);
