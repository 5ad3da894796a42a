import { keep, recall, Unfit } from '../../cache/kept.ts';
import { readMatrices, writeMatrices } from '../../cache/matrices.ts';
import { InputError } from '../../errors.ts';
import { dotAt } from '../../linalg/dotAt.ts';
import { type Eigen, symmetricEigen } from '../../linalg/symmetricEigen.ts';
import type { Work } from '../../progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { EditSession } from '../session.ts';
import type { Covariance } from './covariance.ts';
import { type CacheFile, type CovarianceSource, cacheFile } from './covarianceCache.ts';

/** The directions that the keys of a layer hardly use. */
export interface NullSpace {
  /** How many they are, out of the key's width. */
  readonly dimension: number;
  /** P k. Shape [key width]. */
  readonly project: (key: Float64Array) => Float64Array;
}

/** The null space of a layer, from the cache as its covariance. */
export async function layerNullSpace(
  session: EditSession,
  layer: number,
  covariance: Covariance,
  hyperparameters: Hyperparameters,
  source: CovarianceSource,
  work: Work = {},
): Promise<NullSpace> {
  const place = await cacheFile('eigenvectors', session, layer, hyperparameters, source, work);
  return await nullSpaceOf(session, covariance, hyperparameters, place, work);
}

/**
 * The span of the eigenvectors of C with the least eigenvalues that together hold the share `nullSpace` of its trace:
 * the keys have that share of their energy there, E‖Pk‖² / E‖k‖². AlphaEdit's own bound on the eigenvalues leaves many
 * directions in one layer, hardly any in the next and none in another model. The factor of C + ridge has the same
 * eigenvectors; its ridge, which moves the eigenvalues, is taken off again.
 *
 * @param place where the eigenvectors are kept, since finding them takes seconds to minutes
 * @throws InputError for a covariance of fewer samples than the key has numbers: its null space is only what was not seen
 */
export async function nullSpaceOf(
  session: EditSession,
  covariance: Covariance,
  { ridge, nullSpace }: Pick<Hyperparameters, 'ridge' | 'nullSpace'>,
  place: CacheFile,
  work: Work = {},
): Promise<NullSpace> {
  const { n } = covariance.cholesky;
  const { file } = place;
  if (covariance.samples < n) {
    throw new InputError(
      `A null space of ${n} directions needs at least ${n} samples, but the covariance has ${covariance.samples}; give more text.`,
    );
  }
  const eigen =
    session.eigen.get(file) ??
    (await recall(file, () => kept(place, n, work), work)) ??
    (await found(session, covariance, place, work));
  session.eigen.set(file, eigen);
  const energy = (i: number) => (eigen.values[i] ?? 0) - ridge * covariance.meanSquare;
  const rising = Array.from({ length: n }, (_, i) => i).sort((i, j) => energy(i) - energy(j));
  let [dimension, held] = [0, 0];
  for (const i of rising) {
    held += energy(i);
    if (held > nullSpace * n * covariance.meanSquare) break;
    dimension++;
  }
  return { dimension, project: projection(eigen, rising.slice(0, dimension), rising.slice(dimension)) };
}

/** Through whichever are fewer: the directions inside, or those outside, which are taken away. */
function projection({ vectors }: Eigen, inside: readonly number[], outside: readonly number[]) {
  const few = inside.length < outside.length ? inside : outside;
  return (key: Float64Array): Float64Array => {
    const n = key.length;
    const part = new Float64Array(n);
    for (const i of few) {
      const along = dotAt(vectors, i * n, key, 0, n);
      for (let j = 0; j < n; j++) part[j] = (part[j] ?? 0) + along * (vectors[i * n + j] ?? 0);
    }
    return few === inside ? part : key.map((x, j) => x - (part[j] ?? 0));
  };
}

async function found(
  session: EditSession,
  { cholesky }: Covariance,
  { file, madeFrom, about }: CacheFile,
  work: Work,
): Promise<Eigen> {
  const { n } = cholesky;
  const { values, vectors } = await symmetricEigen(n, await cholesky.matrix(work.signal), work);
  const matrices = [
    { name: 'values', ne: [n], data: values },
    { name: 'vectors', ne: [n, n], data: vectors },
  ];
  const label = { about, madeFrom, numbers: {} };
  const write = () =>
    writeMatrices(session.model.runtime, file, { kind: 'eigenvectors', label }, matrices, work.signal);
  await keep(file, vectors.byteLength, write, work);
  return { values, vectors };
}

/** @throws Unfit for what are no eigenvectors of a positive definite matrix */
async function kept({ file, madeFrom }: CacheFile, n: number, { signal }: Work): Promise<Eigen> {
  const { matrices } = await readMatrices(file, madeFrom, { values: [n], vectors: [n, n] }, signal);
  const [values, vectors] = [matrices.get('values'), matrices.get('vectors')];
  if (values === undefined || vectors === undefined) throw new Unfit('is of another shape');
  if (!values.every((value) => value > 0 && Number.isFinite(value)))
    throw new Unfit('is not positive definite');
  return { values, vectors };
}
