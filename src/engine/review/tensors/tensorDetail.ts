import type { EngineParams } from '../../../protocol/engine.ts';
import type { TensorDetail, ValueStatistics } from '../../../protocol/tensors.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import { phases, type Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';
import { BlockBuffers, blocksOf, cutOf } from '../difference/blocks.ts';
import { Lane } from '../difference/lane.ts';
import { refineSpectrum } from '../difference/spectrum.ts';
import { diffTensor } from '../difference/tensorDiff.ts';
import { type OpenTensor, openTensor } from './openTensor.ts';
import { ValueTally } from './valueStatistics.ts';

/**
 * What the values of a tensor are, and how they differ from those of the base's tensor. The files are read in pieces,
 * ggml makes floats of what is stored and multiplies; the model need not be loaded.
 *
 * @throws InputError where there is no such tensor, or it holds no weights
 */
export async function tensorDetail(
  { model, tensor, base }: EngineParams['tensorDetail'],
  work: Work = {},
): Promise<TensorDetail> {
  const runtime = await loadRuntime();
  const [own, other] = phases(work, [1, base === undefined ? 0 : 1]);
  await using opened = await openTensor(model, tensor, undefined, work);
  const values = await statisticsOf(runtime, opened, own);
  const { type, ne } = opened.pair.candidate;
  const described = { name: tensor, type: type.name, shape: [...ne], values };
  if (base === undefined) return { ...described, difference: null };
  await using both = await openTensor(model, tensor, base, work);
  const difference = await statisticsOf(runtime, both, other);
  await using before = await openTensor(base, tensor, undefined, work);
  const baseNorm = await normOf(runtime, before, work);
  return {
    ...described,
    difference: {
      base,
      type: both.pair.base.type.name,
      relativeNorm: baseNorm > 0 ? difference.norm / baseNorm : null,
      values: difference,
    },
  };
}

async function statisticsOf(runtime: Runtime, opened: OpenTensor, work: Work): Promise<ValueStatistics> {
  const { rows, columns } = cutOf(opened.pair);
  const [adding, binning, looking] = phases(work, [1, 1, 4]);
  const tally = new ValueTally(rows, columns);
  await eachBlock(runtime, opened, adding, (firstRow, values) => tally.add(firstRow, values));
  await eachBlock(runtime, opened, binning, (_, values) => tally.bin(values));
  const spectrum = tally.allFinite ? await spectrumOf(runtime, opened, looking) : null;
  return tally.result(spectrum);
}

async function normOf(runtime: Runtime, opened: OpenTensor, work: Work): Promise<number> {
  const { rows, columns } = cutOf(opened.pair);
  const tally = new ValueTally(rows, columns);
  await eachBlock(runtime, opened, { signal: work.signal }, (row, values) => tally.add(row, values));
  return tally.norm;
}

/** The values less the base's, a block of whole rows at a time, others having their turn in between. */
async function eachBlock(
  runtime: Runtime,
  { source, base, pair }: OpenTensor,
  { signal, report }: Work,
  take: (firstRow: number, values: Float32Array) => void,
): Promise<void> {
  const { columns, rows, baseRowBytes, candidateRowBytes } = cutOf(pair);
  for await (const block of blocksOf(base, source, pair, new BlockBuffers(), signal)) {
    const shape = [columns, block.rows];
    const stored = block.candidate.subarray(0, block.rows * candidateRowBytes);
    const values = dequantise(runtime, pair.candidate.type.id, stored, shape);
    const before = block.base.subarray(0, block.rows * baseRowBytes);
    const subtracted = dequantise(runtime, pair.base.type.id, before, shape);
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) - (subtracted[i] as number);
    take(block.firstRow, values);
    report?.('reading the values', (block.firstRow + block.rows) / rows);
    await turn(signal);
  }
}

/** The leading singular values; null where there is nothing, or the matrix is too narrow to have a spectrum. */
async function spectrumOf(
  runtime: Runtime,
  { source, base, pair }: OpenTensor,
  { signal, report }: Work,
): Promise<readonly number[] | null> {
  using lane = new Lane(runtime);
  report?.('looking for singular values', 0);
  const diff = await diffTensor(base, source, pair, lane, signal);
  if (diff.sketch === undefined || !(diff.norm > 0)) return null;
  report?.('looking for singular values', 0.25);
  const { values } = await refineSpectrum(base, source, diff, lane, signal);
  report?.('looking for singular values', 1);
  return values;
}
