import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { keep, printed } from '../test/bench/record.ts';

/**
 * `npm run test:coverage`: runs the unit tests and keeps what share of each room's statements and branches they reach in
 * bench/results/coverage.json. Options go to vitest. coverage/index.html shows it line by line.
 */

const Share = z.object({ total: z.number(), covered: z.number() });
const Summary = z.record(z.string(), z.object({ statements: Share, branches: Share }));

const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
const args = ['run', '--project', 'unit', '--coverage.enabled', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [vitest, ...args], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

const { total: _, ...files } = Summary.parse(
  JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')),
);
const rooms = new Map<string, z.infer<typeof Summary>[string][]>([['src', Object.values(files)]]);
for (const [file, shares] of Object.entries(files)) {
  const parts = path.relative('src', file).split(path.sep);
  const depth = parts[0] === 'engine' ? 2 : 1;
  const room = parts.length > depth ? path.posix.join('src', ...parts.slice(0, depth)) : 'src, in no room';
  rooms.set(room, [...(rooms.get(room) ?? []), shares]);
}

const shareOf = (all: z.infer<typeof Share>[]) => {
  const sum = (read: (share: z.infer<typeof Share>) => number) =>
    all.reduce((so, share) => so + read(share), 0);
  const total = sum(({ total }) => total);
  return total === 0 ? null : Math.round((1000 * sum(({ covered }) => covered)) / total) / 10;
};
const found = {
  name: 'coverage',
  title: 'What the unit tests reach, without those of test/models, test/webview and test/workbench',
  whole: true,
  columns: [
    { key: 'statements', title: 'statements', digits: 1, unit: '%' },
    { key: 'branches', title: 'branches', digits: 1, unit: '%' },
    { key: 'files', title: 'files' },
  ],
  rows: [...rooms]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([room, own]) => ({
      key: room.replaceAll(/[^\w]+/g, '-'),
      title: room,
      cells: {
        statements: shareOf(own.map(({ statements }) => statements)),
        branches: shareOf(own.map(({ branches }) => branches)),
        files: own.length,
      },
    })),
} as const;
process.stdout.write(`\n${printed(found)}\n`);
await keep(found, 'test:coverage');
