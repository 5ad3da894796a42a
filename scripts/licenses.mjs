import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * The licences of what is bundled, in one text, each with the name of its package: most ask to go with every copy.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles of the bundles
 */
export function licensesOf(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const names = new Set(
    inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const packages = [...names].toSorted().map((name) => [name, licenseOf(join(root, 'node_modules', name))]);
  const wordnet = readFileSync(join(root, 'src/engine/review/attribution/gazetteer.license.txt'), 'utf8');
  return [...packages, ['the names of WordNet 3.1', wordnet]]
    .map(([name, text]) => `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`)
    .join('\n\n');
}

/** The file of a package, or what its manifest says where it has none. */
function licenseOf(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const { license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${license}${author === undefined ? '' : `, ${author.name ?? author}`}`;
}
