import { createHash } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { numberOf, readHeader } from '../gguf/header.ts';
import { openFile } from '../gguf/source.ts';
import { writeGguf } from '../gguf/writer.ts';
import { Cholesky } from '../linalg/cholesky.ts';
import type { Work } from '../progress.ts';
import type { Covariance } from './covariance.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { keysOfOwnText, keysOfText } from './keyText.ts';
import type { EditSession } from './session.ts';

const f64 = 28;
/** Keys that a covariance needs at the least, as a multiple of their width (2506.04226). */
const fewest = 2;
/** Changes when the sampling or the file's meaning does, so that old files are not read. */
const formatVersion = 1;

export interface CovarianceSource {
  /** The user's text; without it the model's own samples are taken. */
  readonly text?: string | undefined;
  /** Where covariances are kept (default: the user's cache folder). */
  readonly folder?: string | undefined;
}

/**
 * The covariance of a layer's keys: from the cache, by the model's digest, the layer and what it was taken over, or
 * computed now and kept there. Its factor is a GGUF file of one float64 matrix.
 */
export async function layerCovariance(
  session: EditSession,
  layer: number,
  { samples, ridge }: Pick<Hyperparameters, 'samples' | 'ridge'>,
  { text, folder = defaultFolder() }: CovarianceSource = {},
  work: Work = {},
): Promise<Covariance> {
  const width = keyWidth(session, layer);
  if (width === 0)
    throw new InputError(`Layer ${layer} of this model has no down-projection that could be edited.`);
  const identity = [formatVersion, await session.digest(work), layer, samples, ridge, text ?? 'own samples'];
  const name = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  const file = path.join(folder, `covariance-${name}.gguf`);
  const cached = await readCovariance(file, width);
  if (cached !== undefined) return cached;
  const count = samples * width;
  const keys =
    text === undefined
      ? await keysOfOwnText(session, layer, count, work)
      : await keysOfText(session, layer, text, count, work);
  if (keys.samples < fewest * width) {
    throw new InputError(
      `The text has ${keys.samples} tokens; the covariance of layer ${layer} needs at least ${fewest * width}.`,
    );
  }
  const covariance = await keys.finish(ridge, work);
  await mkdir(folder, { recursive: true });
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

async function readCovariance(file: string, width: number): Promise<Covariance | undefined> {
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
  return {
    cholesky: new Cholesky(width, factor),
    samples: numberOf(header, 'palimpsest.covariance.samples') ?? 0,
    condition: numberOf(header, 'palimpsest.covariance.condition') ?? Number.NaN,
  };
}

function keyWidth({ files }: EditSession, layer: number): number {
  const name = `blk.${layer}.ffn_down.weight`;
  return files.header.tensors.find((tensor) => tensor.name === name)?.ne[0] ?? 0;
}

function defaultFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return path.join(base, 'palimpsest');
}
