import { keep, recall, Unfit } from '../../cache/kept.ts';
import { readMatrices, writeMatrices } from '../../cache/matrices.ts';
import { InputError } from '../../errors.ts';
import { extremeEigen } from '../../linalg/extremeEigen.ts';
import { rowsOf } from '../../linalg/products.ts';
import { spectralDensity } from '../../linalg/spectralDensity.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { Covariance } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';
import { Subspace } from '../session/subspace.ts';
import { type CacheFile, type CovarianceSource, cacheFile } from './covarianceCache.ts';

type Settings = Pick<Hyperparameters, 'ridge' | 'nullSpace'>;

/** By how much more directions than estimated are looked for, and by how many more if that was not enough. */
const margin = 1.1;
const growth = 1.3;
const minExtra = 16;

/** The null space of a layer, from the cache as its covariance. */
export async function layerNullSpace(
  session: EditSession,
  layer: number,
  covariance: Covariance,
  hyperparameters: Hyperparameters,
  source: CovarianceSource,
  work: Work = {},
): Promise<Subspace> {
  const { nullSpace } = hyperparameters;
  const place = await cacheFile('eigenvectors', session, layer, hyperparameters, source, work, [nullSpace]);
  return await nullSpaceOf(session, covariance, hyperparameters, place, work);
}

/**
 * The span of the eigenvectors of C with the least eigenvalues that together hold the share `nullSpace` of its trace:
 * the keys have that share of their energy there, E‖Pk‖² / E‖k‖². AlphaEdit's own bound on the eigenvalues leaves many
 * directions in one layer, hardly any in the next and none in another model. C + ridge has the same eigenvectors; its
 * ridge, which moves the eigenvalues, is taken off again.
 *
 * @param place where the directions are kept, since finding them takes seconds to minutes
 * @throws InputError for a covariance of fewer samples than the key has numbers: its null space is only what was not seen
 */
export async function nullSpaceOf(
  session: EditSession,
  covariance: Covariance,
  settings: Settings,
  place: CacheFile,
  work: Work = {},
): Promise<Subspace> {
  const { n } = covariance.solver;
  const { file } = place;
  if (covariance.samples < n) {
    throw new InputError(
      `A null space of ${n} directions needs at least ${n} samples, but the covariance has ${covariance.samples}; give more text.`,
    );
  }
  const known = session.nullSpaces.get(file) ?? (await recall(file, () => kept(place, n, work), work));
  const nullSpace = known ?? (await findNullSpace(session, covariance, settings, work));
  if (known === undefined) await keepNullSpace(session, nullSpace, place, work);
  session.nullSpaces.set(file, nullSpace);
  return nullSpace;
}

/** From whichever end of the spectrum is nearer. */
export async function findNullSpace(
  { devices }: Pick<EditSession, 'devices'>,
  { solver, meanSquare }: Pick<Covariance, 'solver' | 'meanSquare'>,
  { ridge, nullSpace: share }: Settings,
  work: Work,
): Promise<Subspace> {
  const { n } = solver;
  const [estimating, finding] = phases(work, [1, 10]);
  estimating.report?.('finding the directions of the keys', 0);
  const energy = (value: number) => value - ridge * meanSquare;
  const bound = share * n * meanSquare;
  const rising = await spectralDensity(devices, solver.matrix, work.signal);
  let [expected, held] = [0, 0];
  for (const { value, weight } of rising) {
    held += n * weight * energy(value);
    if (held > bound) break;
    expected += n * weight;
  }
  const inside = expected <= n / 2;
  const end = inside ? 'least' : 'largest';
  let count = Math.ceil(margin * (inside ? expected : n - expected)) + minExtra;
  // progress never falls, so that only the first attempt, which is rarely not enough, tells any
  for (let own: Work = finding; ; own = { signal: work.signal }) {
    count = Math.min(count, n);
    const { values, vectors } = await extremeEigen(devices, solver, { count, end }, own);
    const within = inside
      ? minWithin(values.map(energy), bound)
      : restWithin(values.map(energy), n * meanSquare, bound);
    if (within < values.length || values.length === n) {
      const basis = rowsOf(within, n, vectors.data.slice(0, within * n));
      return new Subspace(inside ? within : n - within, basis, inside);
    }
    count = Math.ceil(growth * count);
  }
}

/** How many of the least energies stay within a bound together. */
function minWithin(rising: Float64Array, bound: number): number {
  let sum = 0;
  const first = rising.findIndex((energy) => {
    sum += energy;
    return sum > bound;
  });
  return first < 0 ? rising.length : first;
}

/** How many of the largest energies must go until the rest of all stays within a bound. */
function restWithin(falling: Float64Array, all: number, bound: number): number {
  let rest = all;
  const first = falling.findIndex((energy) => {
    if (rest <= bound) return true;
    rest -= energy;
    return false;
  });
  return first < 0 ? falling.length : first;
}

const name = 'directions';

async function keepNullSpace(
  session: EditSession,
  { dimension, basis, inside }: Subspace,
  { file, madeFrom, about }: CacheFile,
  work: Work,
): Promise<void> {
  const { count, width, data } = basis;
  const label = { about, madeFrom, numbers: { dimension, count, inside: inside ? 1 : 0 } };
  const matrices = count === 0 ? [] : [{ name, ne: [width, count], data }];
  const write = () =>
    writeMatrices(session.model.runtime, file, { kind: 'eigenvectors', label }, matrices, work.signal);
  await keep(file, data.byteLength, write, work);
}

/** @throws Unfit for what is no null space of a key of n numbers */
async function kept({ file, madeFrom }: CacheFile, n: number, { signal }: Work): Promise<Subspace> {
  const { numbers, floats } = await readMatrices(
    file,
    madeFrom,
    ({ count = Number.NaN }) => (count === 0 ? {} : { [name]: { type: 'f32', ne: [n, count] } }),
    signal,
  );
  const { dimension = Number.NaN, count = Number.NaN, inside } = numbers;
  const data = floats.get(name) ?? new Float32Array();
  const fits = inside === 1 ? dimension === count : dimension === n - count;
  if (!fits || !data.every(Number.isFinite)) throw new Unfit('is damaged');
  return new Subspace(dimension, rowsOf(count, n, data), inside === 1);
}
