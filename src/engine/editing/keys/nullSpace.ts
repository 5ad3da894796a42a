import { access } from 'node:fs/promises';
import { InputError } from '../../errors.ts';
import { readHeader } from '../../gguf/header.ts';
import { openFile } from '../../gguf/source.ts';
import { writeGguf } from '../../gguf/writer.ts';
import { dotAt } from '../../linalg/dotAt.ts';
import { type Eigen, symmetricEigen } from '../../linalg/symmetricEigen.ts';
import type { Work } from '../../progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { EditSession } from '../session.ts';
import type { Covariance } from './covariance.ts';
import { type CovarianceSource, cacheFile } from './covarianceCache.ts';

const f64 = 28;

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
  const file = await cacheFile('eigenvectors', session, layer, hyperparameters, source, work);
  return await nullSpaceOf(session, covariance, hyperparameters, file, work);
}

/**
 * The span of the eigenvectors of C with the least eigenvalues that together hold the share `nullSpace` of its trace:
 * the keys have that share of their energy there, E‖Pk‖² / E‖k‖². AlphaEdit's own bound on the eigenvalues leaves many
 * directions in one layer, hardly any in the next and none in another model. The factor of C + ridge has the same
 * eigenvectors; its ridge, which moves the eigenvalues, is taken off again.
 *
 * @param file where the eigenvectors are kept, since finding them takes seconds to minutes
 * @throws InputError for a covariance of fewer samples than the key has numbers: its null space is only what was not seen
 */
export async function nullSpaceOf(
  session: EditSession,
  covariance: Covariance,
  { ridge, nullSpace }: Pick<Hyperparameters, 'ridge' | 'nullSpace'>,
  file: string,
  work: Work = {},
): Promise<NullSpace> {
  const { n } = covariance.cholesky;
  if (covariance.samples < n) {
    throw new InputError(
      `A null space of ${n} directions needs at least ${n} samples, but the covariance has ${covariance.samples}; give more text.`,
    );
  }
  const eigen =
    session.eigen.get(file) ?? (await kept(file, n)) ?? (await found(session, covariance, file, work));
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
  file: string,
  work: Work,
): Promise<Eigen> {
  const { n } = cholesky;
  const eigen = await symmetricEigen(n, await cholesky.matrix(work.signal), work);
  await writeGguf(session.model.runtime, file, {
    metadata: { 'general.type': { type: 'string', value: 'eigenvectors' } },
    tensors: [
      { name: 'values', type: f64, ne: [n], data: eigen.values },
      { name: 'vectors', type: f64, ne: [n, n], data: eigen.vectors },
    ],
  });
  return eigen;
}

async function kept(file: string, n: number): Promise<Eigen | undefined> {
  try {
    await access(file);
  } catch {
    return undefined;
  }
  await using source = await openFile(file);
  const { tensors } = await readHeader(source);
  const read = async (name: string, length: number) => {
    const info = tensors.find((tensor) => tensor.name === name);
    if (info === undefined || info.byteLength !== 8 * length) return undefined;
    const bytes = await source.read(info.offset, info.byteLength);
    return new Float64Array(bytes.slice().buffer);
  };
  const [values, vectors] = [await read('values', n), await read('vectors', n * n)];
  return values === undefined || vectors === undefined ? undefined : { values, vectors };
}
