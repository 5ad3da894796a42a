import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import path from 'node:path';
import { type Cell, type Column, Result, resultsFolder } from '../../scripts/docs/result.ts';
import { shownCell } from '../../scripts/docs/shown.ts';
import { loadRuntime } from '../../src/engine/llama/runtime.ts';
import { markdownTable } from '../../src/text/markdown.ts';

/** What a benchmark found, to be kept in `bench/results/NAME.json`. */
export interface Found {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly {
    readonly key: string;
    readonly title: string;
    /** What was not measured is left out. */
    readonly cells: Readonly<Record<string, Cell | null | undefined>>;
  }[];
  /** All that was kept is replaced, not only rows of the same names. */
  readonly whole?: true;
  /** Everything that the command found, as it gave it, by what it was found of. */
  readonly details?: Readonly<Record<string, unknown>>;
}

type NewRun = Result['runs'][number];

/** Keeps what was found: rows of the same names are replaced, others and their runs stay. */
export async function keep(
  found: Found,
  script: 'bench' | 'bench:review' | 'test:coverage',
  folder = resultsFolder,
): Promise<void> {
  const file = path.join(folder, `${found.name}.json`);
  const kept =
    existsSync(file) && !found.whole ? Result.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const result = Result.parse(merged(kept, found, await thisRun(script)));
  await writeFile(file, `${JSON.stringify(result, null, 1)}\n`);
  process.stderr.write(`kept in ${path.relative('', file)}; "npm run build:docs" shows it\n`);
}

/** The same as a table in Markdown. */
export function printed({ columns, rows }: Omit<Found, 'name' | 'title'>): string {
  const shown = columns.filter(({ key }) =>
    rows.some(({ cells }) => (cells[key] ?? undefined) !== undefined),
  );
  return markdownTable(
    [{ name: '' }, ...shown.map(({ title }) => ({ name: title, align: 'right' }) as const)],
    rows.map(({ title, cells }) => [
      title,
      ...shown.map((column) => shownCell(cells[column.key] ?? undefined, column)),
    ]),
  );
}

/** The kept result with the rows that were found in place of those of the same names. */
export function merged(kept: Result | undefined, found: Found, run: NewRun): Result {
  const fresh = new Map(found.rows.map((row) => [row.key, row]));
  const old = (kept?.rows ?? []).map(({ run: index, ...row }) => {
    const again = fresh.get(row.key);
    return again === undefined ? { ...row, run: kept?.runs[index] ?? run } : { ...again, run };
  });
  const added = found.rows.filter(({ key }) => !old.some((row) => row.key === key));
  const rows = [...old, ...added.map((row) => ({ ...row, run }))];
  const runs = [...new Set(rows.map((row) => row.run))];
  const details =
    kept?.details && found.details ? { ...kept.details, ...found.details } : (found.details ?? kept?.details);
  const columns = new Map([...(kept?.columns ?? []), ...found.columns].map((column) => [column.key, column]));
  return {
    title: found.title,
    columns: [...columns.values()],
    runs,
    rows: rows.map(({ key, title, run: own, cells }) => ({
      key,
      title,
      run: runs.indexOf(own),
      cells: Object.fromEntries(
        Object.entries(cells).flatMap(([name, cell]) =>
          cell === null || cell === undefined ? [] : [[name, cell]],
        ),
      ),
    })),
    ...(details !== undefined && { details }),
  };
}

/** This very run: when, where, by which command and at which commit. */
async function thisRun(script: string): Promise<NewRun> {
  const [cpu] = cpus();
  const { version } = await loadRuntime();
  const args = process.argv.slice(2).filter((arg) => arg !== '--record');
  return {
    date: new Date().toISOString().slice(0, 10),
    origin: 'measured',
    command: ['npm run', script, ...(args.length > 0 ? ['--'] : []), ...args.map(quoted)].join(' '),
    machine: `${availableParallelism()} cores (${cpu?.model.trim() ?? process.arch}), llama.cpp ${version}`,
    commit: commit(),
  };
}

const quoted = (arg: string) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : JSON.stringify(arg));

/** The commit that is checked out, with a plus where tracked files were changed since; null where there is none. */
function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!bench/results') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return null;
  }
}
