import { writeFile } from 'node:fs/promises';
import { findNullSpace } from '../../../src/engine/editing/keys/layerNullSpace.ts';
import { PositiveDefinite } from '../../../src/engine/linalg/positiveDefinite.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { PackedSymmetric } from '../../../src/engine/numeric/packedSymmetric.ts';
import { solveOne } from '../../../src/engine/numeric/solver.ts';
import { norm } from '../../../src/engine/numeric/vector.ts';
import { keep } from '../record.ts';
import { type Figure, speedFound, speedTable } from '../speed/figure.ts';
import { inLapack } from './inLapack.ts';

interface LinalgOptions {
  readonly python: string;
  readonly sizes: readonly number[];
  readonly threads: number;
  readonly json?: string | undefined;
  readonly record?: true | undefined;
}

/** The largest matrix of which LAPACK finds all eigenvectors here, and we the null space; either takes minutes beyond. */
const eigen = 5000;

/** Prints what factoring, solving and the null space take, as multiples of what LAPACK takes; all in seconds of CPU. */
export async function linalg({ python, sizes, threads, json, record }: LinalgOptions): Promise<void> {
  const lapack = await inLapack(python, { sizes, eigen }, threads);
  using devices = new Devices(await loadRuntime(), threads);
  (await PositiveDefinite.of(devices, madeUp(300)))[Symbol.dispose]();
  const figures: Figure[] = [];
  for (const { n, dpotrf, eigh } of lapack.times)
    figures.push(...(await figuresOf(devices, n, { dpotrf, eigh })));
  console.log(
    `\nLinear algebra on ${threads} threads; ratio: to numpy ${lapack.numpy} on as many, seconds of CPU`,
  );
  console.log(speedTable(figures));
  if (record) {
    const title = `Linear algebra beside LAPACK (numpy ${lapack.numpy}) in the same run, seconds of CPU`;
    await keep(speedFound('linalg', title, figures), 'bench');
  }
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ threads, figures }, null, 1)}\n`);
}

async function figuresOf(
  devices: Devices,
  n: number,
  lapack: { readonly dpotrf: number; readonly eigh: number | null },
): Promise<Figure[]> {
  const matrix = madeUp(n);
  const ridge = 1e-3;
  const meanSquare = matrix.trace() / n / (1 + ridge);
  const factoring = await cpuTimed(() => PositiveDefinite.of(devices, matrix));
  using solver = factoring.result;
  const b = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
  const solving = await cpuTimed(() => solveOne(solver, b));
  const [image = b] = await matrix.multiply([solving.result]);
  const figures: Figure[] = [
    beside(`${n}: factor`, factoring.seconds, lapack.dpotrf, 3),
    beside(`${n}: solve with one right-hand side`, solving.seconds, lapack.dpotrf),
    {
      what: `${n}: its residual`,
      unit: '',
      values: [norm(image.map((y, i) => y - (b[i] ?? 0))) / norm(b)],
      aim: { of: 'value', most: 1e-10 },
    },
  ];
  if (lapack.eigh === null) return figures;
  const finding = await cpuTimed(() =>
    findNullSpace({ devices }, { solver, meanSquare }, { ridge, nullSpace: 0.02 }, {}),
  );
  const what = `${n}: null space of ${finding.result.dimension} directions (ratio: to all eigenvectors)`;
  return [...figures, beside(what, finding.seconds, lapack.eigh)];
}

function beside(what: string, value: number, lapack: number, most?: number): Figure {
  return {
    what,
    unit: 's',
    values: [value],
    ratios: [value / lapack],
    ...(most !== undefined && { aim: { of: 'ratio', most } }),
  };
}

/** exp(−|i − j| / 50) between rows of scales from 1 to 10: conditioned like keys. The same stands in lapack.py. */
function madeUp(n: number): PackedSymmetric {
  const matrix = new PackedSymmetric(n);
  const scale = Float64Array.from({ length: n }, (_, i) => 1 + (9 * ((i * 7919) % n)) / n);
  const decay = Float64Array.from({ length: n }, (_, distance) => Math.exp(-distance / 50));
  for (let i = 0; i < n; i++) {
    const row = matrix.row(i);
    for (let j = 0; j <= i; j++) {
      row[j] = (decay[i - j] as number) * (scale[i] as number) * (scale[j] as number);
    }
  }
  return matrix;
}

async function cpuTimed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  return { result, seconds: (user + system) / 1e6 };
}
