// Runs a TypeScript file of the repository: node scripts/run.mjs FILE [ARGUMENTS]
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs FILE [ARGUMENTS]\n');
  process.exit(2);
}
// below the repository, so that packages are found from there
const outfile = join(import.meta.dirname, '../.cache/scripts', `${basename(file, '.ts')}.mjs`);
await bundleForNode({ entryPoints: [resolve(file)], outfile, sourcemap: 'inline' });
process.argv = [process.argv[0] ?? '', outfile, ...rest];
process.setSourceMapsEnabled(true);
await import(pathToFileURL(outfile).href);
