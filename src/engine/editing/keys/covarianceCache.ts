import { createHash } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../cacheFolder.ts';
import { InputError } from '../../errors.ts';
import { numberOf, readHeader } from '../../gguf/header.ts';
import { openFile } from '../../gguf/source.ts';
import { writeGguf } from '../../gguf/writer.ts';
import { Cholesky } from '../../linalg/cholesky.ts';
import { parted, phases, type Work } from '../../progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { EditSession } from '../session.ts';
import type { Covariance, CovarianceAccumulator } from './covariance.ts';
import { type KeysByLayer, keysOfOwnText, keysOfText } from './keyText.ts';

const f64 = 28;
/** Keys that a covariance needs at the least, as a multiple of their width (2506.04226). */
const fewest = 2;
/** Changes when the sampling or the file's meaning does, so that old files are not read. */
const formatVersion = 2;

export interface CovarianceSource {
  /** The user's text; without it the model's own samples are taken. */
  readonly text?: string | undefined;
  /** Where covariances are kept (default: the user's cache folder). */
  readonly cacheFolder?: string | undefined;
}

export type Sampling = Pick<Hyperparameters, 'samples' | 'ridge'>;

/**
 * The covariance of a layer's keys: from the cache, by the model's digest, the layer and what it was taken over, or
 * computed now and kept there. Its factor is a GGUF file of one float64 matrix.
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
  const file = await cacheFile('covariance', session, layer, sampling, source, work);
  const covariance = session.covariances.get(file) ?? (await readCovariance(file, width, sampling));
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
  if (keys.samples < fewest * width) {
    throw new InputError(
      `The text has ${keys.samples} tokens; the covariance of layer ${layer} needs at least ${fewest * width}.`,
    );
  }
  const covariance = await keys.finish(sampling.ridge, work);
  const file = await cacheFile('covariance', session, layer, sampling, source, work);
  await mkdir(path.dirname(file), { recursive: true });
  await writeGguf(session.model.runtime, file, {
    metadata: {
      'general.type': { type: 'string', value: 'covariance' },
      'palimpsest.covariance.layer': { type: 'uint32', value: layer },
      'palimpsest.covariance.samples': { type: 'uint32', value: covariance.samples },
      'palimpsest.covariance.condition': { type: 'float32', value: covariance.condition },
    },
    tensors: [{ name: 'cholesky', type: f64, ne: [width, width], data: covariance.cholesky.factor }],
  });
  return covariance;
}

/** Where what follows from a layer's keys is kept: by the model's digest, the layer, and what the keys were taken over. */
export async function cacheFile(
  kind: 'covariance' | 'eigenvectors',
  session: EditSession,
  layer: number,
  { samples, ridge }: Sampling,
  { text, cacheFolder: folder = cacheFolder() }: CovarianceSource,
  work: Work,
): Promise<string> {
  const identity = [formatVersion, await session.digest(work), layer, samples, ridge, text ?? null];
  const name = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  return path.join(folder, `${kind}-${name}.gguf`);
}

async function readCovariance(
  file: string,
  width: number,
  { ridge }: Sampling,
): Promise<Covariance | undefined> {
  try {
    await access(file);
  } catch {
    return undefined;
  }
  await using source = await openFile(file);
  const header = await readHeader(source);
  const tensor = header.tensors.find(({ name }) => name === 'cholesky');
  if (tensor === undefined || tensor.ne[0] !== width || tensor.ne[1] !== width) return undefined;
  const bytes = await source.read(tensor.offset, tensor.byteLength);
  const factor = new Float64Array(bytes.buffer, bytes.byteOffset, width * width);
  const cholesky = new Cholesky(width, factor);
  return {
    cholesky,
    meanSquare: cholesky.trace() / (width * (1 + ridge)),
    samples: numberOf(header, 'palimpsest.covariance.samples') ?? 0,
    condition: numberOf(header, 'palimpsest.covariance.condition') ?? Number.NaN,
  };
}

/** @throws InputError for a layer that cannot be edited */
function keyWidth({ files }: EditSession, layer: number): number {
  const name = `blk.${layer}.ffn_down.weight`;
  const width = files.header.tensors.find((tensor) => tensor.name === name)?.ne[0];
  if (width === undefined) {
    throw new InputError(
      `Layer ${layer} of this model has no down-projection of its own that could be edited.`,
    );
  }
  return width;
}
