import { createHash } from 'node:crypto';
import path from 'node:path';
import { keep, recall, Unfit } from '../../cache/kept.ts';
import type { Label } from '../../cache/label.ts';
import { readMatrices, writeMatrices } from '../../cache/matrices.ts';
import { InputError } from '../../errors.ts';
import { cacheFolder } from '../../files/cacheFolder.ts';
import { stringOf } from '../../gguf/header.ts';
import { downName, KEYS } from '../../gguf/names.ts';
import { BlockedFactor } from '../../linalg/blockedFactor.ts';
import { PositiveDefinite } from '../../linalg/positiveDefinite.ts';
import { PackedSymmetric } from '../../numeric/packedSymmetric.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { Covariance, CovarianceAccumulator } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';
import { type KeysByLayer, keysOfOwnText, keysOfText } from './keyText.ts';

/** Keys that a covariance needs at the least, as a multiple of their width (2506.04226). */
const minimum = 2;
/** Changes when the sampling or the file's meaning does, so that old files are not read. */
const formatVersion = 4;

export interface CovarianceSource {
  /** The user's text; without it the model's own samples are taken. */
  readonly text?: string | undefined;
  /** Where covariances are kept (default: the user's cache folder). */
  readonly cacheFolder?: string | undefined;
}

export type Sampling = Pick<Hyperparameters, 'samples' | 'ridge'>;

/**
 * The covariance of a layer's keys: from the cache, by the model's digest, the layer and what it was taken over, or
 * computed now and kept there, as a GGUF file of its triangle in float64 and its
 * factor's in F32.
 */
export async function layerCovariance(
  session: EditSession,
  layer: number,
  sampling: Sampling,
  source: CovarianceSource = {},
  work: Work = {},
): Promise<Covariance> {
  const cached = await fromCache(session, layer, sampling, source, work);
  if (cached !== undefined) return cached;
  const [gathering, finishing] = phases(work, gatherAndFinish);
  const keys = await gather(session, [layer], sampling, source, gathering);
  const accumulator = keys.get(layer);
  if (accumulator === undefined) throw new Error(`no keys of layer ${layer} were seen`);
  return finish(session, layer, accumulator, sampling, source, finishing);
}

/** How the time of a covariance divides: sampling its keys, and factoring it. */
const gatherAndFinish = [8, 1] as const;

/** Computes the covariances of several layers from one sampling, for those that the cache does not hold. */
export async function computeCovariances(
  session: EditSession,
  layers: readonly number[],
  sampling: Sampling,
  source: CovarianceSource = {},
  work: Work = {},
): Promise<void> {
  const missing: number[] = [];
  for (const layer of layers) {
    if ((await fromCache(session, layer, sampling, source, work)) === undefined) missing.push(layer);
  }
  if (missing.length === 0) return;
  const [gathering, finishing] = phases(work, gatherAndFinish);
  const keys = await gather(session, missing, sampling, source, gathering);
  for (const [index, [layer, accumulator]] of [...keys].entries()) {
    const own = parted(finishing, index, keys.size, `layer ${layer}`);
    await finish(session, layer, accumulator, sampling, source, own);
  }
}

/** Whether the covariance of a layer needs no computing. */
export async function hasCovariance(
  session: EditSession,
  layer: number,
  sampling: Sampling,
  source: CovarianceSource,
  work: Work,
): Promise<boolean> {
  return (await fromCache(session, layer, sampling, source, work)) !== undefined;
}

async function fromCache(
  session: EditSession,
  layer: number,
  sampling: Sampling,
  source: CovarianceSource,
  work: Work,
): Promise<Covariance | undefined> {
  const width = keyWidth(session, layer);
  const { file, madeFrom } = await cacheFile('covariance', session, layer, sampling, source, work);
  const covariance =
    session.covariances.get(file) ??
    (await recall(file, () => readCovariance(session, file, madeFrom, width, sampling, work), work));
  if (covariance !== undefined) session.covariances.set(file, covariance);
  return covariance;
}

function gather(
  session: EditSession,
  layers: readonly number[],
  { samples }: Sampling,
  { text }: CovarianceSource,
  work: Work,
): Promise<KeysByLayer> {
  const count = samples * Math.max(...layers.map((layer) => keyWidth(session, layer)));
  return text === undefined
    ? keysOfOwnText(session, layers, count, work)
    : keysOfText(session, layers, text, count, work);
}

async function finish(
  session: EditSession,
  layer: number,
  keys: CovarianceAccumulator,
  sampling: Sampling,
  source: CovarianceSource,
  work: Work,
): Promise<Covariance> {
  const { width } = keys;
  if (keys.samples < minimum * width) {
    throw new InputError(
      `The text has ${keys.samples} tokens; the covariance of layer ${layer} needs at least ${minimum * width}.`,
    );
  }
  const covariance = await keys.finish(sampling.ridge, work);
  const { file, madeFrom, about } = await cacheFile('covariance', session, layer, sampling, source, work);
  session.covariances.set(file, covariance);
  const { solver, samples, condition } = covariance;
  const factor = await solver.factor.packed(work.signal);
  const label = { about, madeFrom, numbers: { samples, condition } };
  const matrices = [
    { name: 'covariance', ne: [factor.length], data: solver.matrix.data },
    { name: 'factor', ne: [factor.length], data: factor },
  ];
  const write = () =>
    writeMatrices(session.model.runtime, file, { kind: 'covariance', label }, matrices, work.signal);
  await keep(file, solver.matrix.data.byteLength + factor.byteLength, write, work);
  return covariance;
}

/**
 * Where what follows from a layer's keys is kept: by the model's digest, the layer, and what the keys were taken over.
 *
 * @param also whatever else decides what is kept
 */
export async function cacheFile(
  kind: 'covariance' | 'eigenvectors',
  session: EditSession,
  layer: number,
  { samples, ridge }: Sampling,
  { text, cacheFolder: folder = cacheFolder() }: CovarianceSource,
  work: Work,
  also: readonly number[] = [],
): Promise<CacheFile> {
  const digest = await session.digest(work);
  const ofText = text === undefined ? null : createHash('sha256').update(text).digest('hex');
  const madeFrom = [formatVersion, digest, layer, samples, ridge, ofText, ...also];
  const name = createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex').slice(0, 32);
  const model = stringOf(session.files.header, KEYS.name) ?? path.basename(session.model.path);
  return {
    file: path.join(folder, `${kind}-${name}.gguf`),
    madeFrom,
    about: `layer ${layer} of ${model}${text === undefined ? '' : ', from a text'}`,
  };
}

/** A file to be, what it is made from, and what it is for, in words. */
export interface CacheFile {
  readonly file: string;
  readonly madeFrom: Label['madeFrom'];
  readonly about: string;
}

/** @throws Unfit for what is no covariance of this layer */
async function readCovariance(
  { devices }: EditSession,
  file: string,
  madeFrom: Label['madeFrom'],
  width: number,
  { ridge }: Sampling,
  { signal }: Work,
): Promise<Covariance> {
  const size = PackedSymmetric.size(width);
  const { numbers, floats, doubles } = await readMatrices(
    file,
    madeFrom,
    () => ({ covariance: { type: 'f64', ne: [size] }, factor: { type: 'f32', ne: [size] } }),
    signal,
  );
  const [data, factor] = [doubles.get('covariance'), floats.get('factor')];
  const { samples = Number.NaN, condition = Number.NaN } = numbers;
  if (data === undefined || factor === undefined) throw new Unfit('is of another shape');
  const matrix = new PackedSymmetric(width, data);
  const sound = hasPositiveDiagonal(width, data) && hasPositiveDiagonal(width, factor);
  if (!sound || !(samples >= minimum * width)) throw new Unfit('is not positive definite');
  const solver = new PositiveDefinite(matrix, await BlockedFactor.unpacked(devices, width, factor, signal));
  return { solver, meanSquare: matrix.trace() / (width * (1 + ridge)), samples, condition };
}

/** Whether a triangle by rows can be a covariance, or a factor of one: a positive diagonal, and only numbers. */
function hasPositiveDiagonal(n: number, triangle: Float64Array | Float32Array): boolean {
  for (let i = 0; i < n; i++) if (!((triangle[PackedSymmetric.size(i) + i] as number) > 0)) return false;
  for (let at = 0; at < triangle.length; at++) if (!Number.isFinite(triangle[at])) return false;
  return true;
}

/** @throws InputError for a layer that cannot be edited */
function keyWidth({ files }: EditSession, layer: number): number {
  const name = downName(layer);
  const width = files.header.tensors.find((tensor) => tensor.name === name)?.ne[0];
  if (width === undefined) {
    throw new InputError(
      `Layer ${layer} of this model has no down-projection of its own that could be edited.`,
    );
  }
  return width;
}
