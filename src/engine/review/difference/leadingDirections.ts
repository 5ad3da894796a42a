import { InputError } from '../../errors.ts';
import { architectureOf, numberOf } from '../../gguf/header.ts';
import { downName } from '../../gguf/names.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import type { Work } from '../../work/progress.ts';
import { type Change, changeOf } from './change.ts';
import { Lane, overLanes } from './lane.ts';
import { refineSpectrum } from './spectrum.ts';
import { diffTensor } from './tensorDiff.ts';
import { TensorFiles, zeros } from './tensorFiles.ts';

/** A down-projection and the direction that it writes most along. */
export interface Weight {
  readonly change: Change;
  /** σ₁ / σ₂ */
  readonly ratio: number;
}

/** The down-projections' own spectra, the leading direction of each as if it were a change from nothing. */
export async function leadingDirections(files: ModelFiles, threads: number, work: Work): Promise<Weight[]> {
  const depth = numberOf(files.header, `${architectureOf(files.header)}.block_count`) ?? 0;
  const tensors = Array.from({ length: depth }, (_, layer) =>
    files.header.tensors.find(({ name }) => name === downName(layer)),
  ).filter((tensor) => tensor !== undefined);
  if (tensors.length < 3) {
    throw new InputError(
      `${files.header.name} has ${tensors.length} plain down-projections; at least 3 are needed to tell a strange one.`,
    );
  }
  await using source = await TensorFiles.open(files);
  const runtime = await loadRuntime();
  const lanes = Array.from({ length: threads }, () => new Lane(runtime));
  let done = 0;
  try {
    return await overLanes(lanes, tensors, async (tensor, lane) => {
      const pair = { name: tensor.name, base: tensor, candidate: tensor };
      const diff = await diffTensor(zeros, source, pair, lane, work.signal);
      if (!Number.isFinite(diff.norm) || diff.sketch === undefined) {
        throw new InputError(`${tensor.name} of ${files.header.name} holds no usable weights.`);
      }
      const all = await refineSpectrum(zeros, source, diff, lane, work.signal, 1);
      work.report?.('looking at the weights', ++done / tensors.length);
      const [first = 0, second = 1] = all.values;
      const spectrum = { ...all, spikes: 1, right: all.right.slice(0, 1), left: all.left.slice(0, 1) };
      return { change: changeOf(diff, 0, spectrum, { of: 0, count: 0, worst: [] }), ratio: first / second };
    });
  } finally {
    for (const lane of lanes) lane[Symbol.dispose]();
  }
}
