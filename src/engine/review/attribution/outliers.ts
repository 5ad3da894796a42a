import type { Inspected } from '../../../protocol/inspection.ts';
import { loraFactors } from '../../editing/patches/loraFactors.ts';
import type { RankOneUpdate } from '../../editing/patches/update.ts';
import { parted, type Work } from '../../work/progress.ts';
import type { Change } from '../difference/change.ts';
import { adapterOf } from '../undoPatch/adapterOf.ts';
import type { KeyReader } from './keyReader.ts';
import { readNames } from './nameKeys.ts';
import type { NamesInLayers } from './namesInLayers.ts';
import { keyWeights } from './response.ts';
import { type Asked, saidOnlyWith } from './saidOnlyWith.ts';

type Outlier = Inspected['outliers'][number];

/** Names that are asked about; each takes some seconds. */
const limit = 3;

/**
 * The names at which a layer adds most beyond what their keys lead to expect, and what the model says of each only
 * because of that. An edit need not dominate its matrix to be found so; its subject must be among the names.
 *
 * @param reader of the tensors of `changes`, in their order
 */
export async function attributeToOutliers(
  asked: Asked,
  reader: KeyReader,
  changes: readonly Change[],
  { outlying, usual }: NamesInLayers,
  work: Work,
): Promise<Outlier[]> {
  const top = outlying.ranked().slice(0, limit);
  const control = asked.names.find((other) => top.every(({ name }) => name !== other)) ?? '';
  const outliers: Outlier[] = [];
  for (const [index, { name, weight, excess }] of top.entries()) {
    const part = parted(work, index, top.length, name);
    const tensor = changes[weight]?.diff.pair.candidate;
    const squares = usual[weight];
    if (tensor === undefined || squares === undefined) throw new Error(`weight ${weight} was not read`);
    const like = { squares, mean: outlying.mean(weight) };
    const update = await withoutExcess(reader, name, weight, like, part);
    const removal = adapterOf(asked.model.runtime, tensor, loraFactors([update]));
    const objects = await saidOnlyWith(asked, removal, { subject: name, control }, part);
    outliers.push({ tensor: tensor.name, subject: name, excess, objects });
  }
  return outliers;
}

/** ΔW = (mean value − W k)(C⁻¹k)ᵀ / kᵀC⁻¹k, with C's diagonal: the weight adds at this name what it adds at others. */
async function withoutExcess(
  reader: KeyReader,
  name: string,
  weight: number,
  { squares, mean }: { readonly squares: Float64Array; readonly mean: Float64Array },
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
  const right = Float64Array.from(key, (x, i) => x * (inverse[i] as number));
  const length = right.reduce((sum, x, i) => sum + x * (key[i] as number), 0);
  return { left: Float64Array.from(value, (x, i) => ((mean[i] as number) - x) / length), right };
}
