import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/**
 * Measured figures as they are kept in `bench/results/NAME.json`: benchmarks write them, documents and the tool quote them.
 */

const Share = z.strictObject({
  value: z.number(),
  low: z.number().describe('95 % interval.'),
  high: z.number(),
  n: z.int().optional().describe('Cases.'),
});

const Spread = z.strictObject({ median: z.number(), least: z.number(), most: z.number() });

export const Cell = z.union([z.number(), z.string(), Share, Spread]);
export type Cell = z.infer<typeof Cell>;

export const Column = z.strictObject({
  key: z.string(),
  title: z.string(),
  digits: z.int().optional().describe('Behind the point. Without it and `significant`: as they are.'),
  significant: z.int().optional(),
  unit: z.string().optional(),
});
export type Column = z.infer<typeof Column>;

/** When, where and how rows were measured. */
export const Run = z.strictObject({
  date: z.iso.date(),
  origin: z
    .enum(['measured', 'recorded'])
    .describe('`measured`: the command wrote them here. `recorded`: entered from its printed table.'),
  command: z.string().nullable().describe('As it can be typed; null where it was not written down.'),
  how: z.string().optional().describe('What the command alone does not say.'),
  machine: z.string(),
  commit: z.string().nullable().describe('null where it was not written down.'),
});
export type Run = z.infer<typeof Run>;

const Row = z.strictObject({
  key: z.string(),
  title: z.string(),
  run: z.int().min(0).describe('Index into `runs`.'),
  cells: z.record(z.string(), Cell),
});

export const Result = z
  .strictObject({
    title: z.string(),
    columns: z.array(Column).min(1),
    runs: z.array(Run).min(1),
    rows: z.array(Row).min(1),
    details: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What the command found besides, as it gave it.'),
  })
  .check(({ value: { columns, runs, rows }, issues }) => {
    const keys = new Set(columns.map(({ key }) => key));
    for (const row of rows) {
      const unknown = Object.keys(row.cells).filter((key) => !keys.has(key));
      const message = `${row.key} has cells that are no columns, or a run that is not there`;
      if (unknown.length > 0 || row.run >= runs.length) issues.push({ code: 'custom', message, input: row });
    }
    if (new Set(rows.map(({ key }) => key)).size < rows.length)
      issues.push({ code: 'custom', message: 'two rows have the same key', input: rows });
  });
export type Result = z.infer<typeof Result>;

export const resultsFolder = path.resolve('bench/results');

/** All results by name. @throws for one that is not as it should be */
export function readResults(folder = resultsFolder): ReadonlyMap<string, Result> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => {
      const content: unknown = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
      return [path.basename(file, '.json'), Result.parse(content)];
    }),
  );
}
