import type { Matrix } from '../../charts/matrix.ts';

/** A column is a sink where its norms are so many times those of the others. */
const times = 3;

/**
 * Columns whose norms tower over those of all others, as the first tokens' do, on which heads rest that have nothing to
 * say. On one scale with them nothing else can be told apart.
 */
export function sinkColumns({ rows, columns, values }: Matrix): ReadonlySet<number> {
  const typical = Array.from({ length: columns }, (_, column) =>
    middle(Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? Number.NaN)),
  );
  const usual = middle(typical);
  const sinks = typical.flatMap((norm, column) => (norm > times * usual ? [column] : []));
  // what many do is no exception
  return new Set(sinks.length * 4 > columns ? [] : sinks);
}

/** The values of the columns that are no sinks. */
export function besideSinks({ columns, values }: Matrix, sinks: ReadonlySet<number>): Float32Array {
  return sinks.size === 0 ? values : values.filter((_, index) => !sinks.has(index % columns));
}

function middle(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  return finite[Math.floor(finite.length / 2)] ?? 0;
}
