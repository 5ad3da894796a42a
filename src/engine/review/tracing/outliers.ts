import type { Inspected } from '../../../protocol/review.ts';
import { loraFactors } from '../../editing/patches/loraFactors.ts';
import type { RankOneUpdate } from '../../editing/patches/update.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { Model } from '../../llama/model.ts';
import { parted, phases, type Work } from '../../progress.ts';
import { adapterOf } from '../undo/adapterOf.ts';
import { KeyReader } from './keyReader.ts';
import { readNames } from './nameKeys.ts';
import { outlyingValues, type Usual } from './outlyingValues.ts';
import { keyWeights } from './response.ts';
import { saidOnlyWith } from './saidOnlyWith.ts';

type Outlier = Inspected['outliers'][number];

/** Names that are asked about; each takes some seconds. */
const most = 3;

/**
 * The names at which a layer adds most beyond what their keys lead to expect, and what the model says of each only
 * because of that. An edit need not dominate its matrix to be found so; its subject must be among the names.
 *
 * @param weights the down-projections
 */
export async function traceOutliers(
  model: Model,
  files: ModelFiles,
  weights: readonly string[],
  names: readonly string[],
  threads: number,
  work: Work,
): Promise<Outlier[]> {
  const [finding, asking] = phases(work, [2, 1]);
  using reader = new KeyReader(model, weights, threads, { values: true });
  const { found, usual } = await outlyingValues(reader, names, finding);
  const top = found.slice(0, most);
  const control = names.find((other) => top.every((one) => one.name !== other)) ?? '';
  const outliers: Outlier[] = [];
  for (const [index, { name, weight, excess }] of top.entries()) {
    const part = parted(asking, index, most, name);
    const tensor = weights[weight] ?? '';
    const info = files.header.tensors.find((one) => one.name === tensor);
    const like = usual[weight];
    if (info === undefined || like === undefined) throw new Error(`${tensor} was not read`);
    const update = await withoutExcess(reader, name, weight, like, part);
    const removal = adapterOf(model.runtime, info, loraFactors([update]));
    const objects = await saidOnlyWith(model, files, removal, { subject: name, control }, threads, part);
    outliers.push({ tensor, subject: name, excess, objects });
  }
  return outliers;
}

/** ΔW = (mean value − W k)(C⁻¹k)ᵀ / kᵀC⁻¹k, with C's diagonal: the weight adds at this name what it adds at others. */
async function withoutExcess(
  reader: KeyReader,
  name: string,
  weight: number,
  { squares, mean }: Usual,
  { signal }: Work,
): Promise<RankOneUpdate> {
  let key: Float32Array = new Float32Array();
  let value: Float32Array = key;
  const onKeys = (_: string, keys: readonly Float32Array[], values: readonly Float32Array[]) => {
    key = keys[weight] ?? key;
    value = values[weight] ?? value;
  };
  await readNames(reader, [name], onKeys, { signal });
  const inverse = keyWeights(squares);
  const right = Float64Array.from(key, (x, i) => x * (inverse[i] ?? 0));
  const length = right.reduce((sum, x, i) => sum + x * (key[i] ?? 0), 0);
  return { left: Float64Array.from(value, (x, i) => ((mean[i] ?? 0) - x) / length), right };
}
