import type { EngineParams } from '../../../protocol/engine.ts';
import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { TensorDetail, ValueStatistics } from '../../../protocol/tensors.ts';
import { loadRuntime, type Runtime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import { phases, type Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';
import { BlockBuffers, blocksOf, cutOf } from '../difference/blocks.ts';
import { Lane } from '../difference/lane.ts';
import type { TensorPair } from '../difference/pairs.ts';
import { refineSpectrum } from '../difference/spectrum.ts';
import { diffTensor } from '../difference/tensorDiff.ts';
import { type TensorSource, zeros } from '../difference/tensorFiles.ts';
import { type OpenTensor, openBase, openTensor, sharedName } from './openTensor.ts';
import { ValueTally } from './valueStatistics.ts';

/**
 * What the values of a tensor are, and how they differ from those of the base's tensor. The files are read in pieces,
 * ggml makes floats of what is stored and multiplies; the model need not be loaded.
 *
 * @throws InputError where there is no such tensor, it holds no weights, or the base's has another shape
 */
export async function tensorDetail(
  { model, tensor, base }: EngineParams['tensorDetail'],
  work: Work = {},
): Promise<TensorDetail> {
  const runtime = await loadRuntime();
  const [own, other] = phases(work, [1, base === undefined ? 0 : 1]);
  const name = base === undefined ? tensor : await sharedName(model, tensor, base, work);
  await using opened = await openTensor(model, name, work);
  await using before = base === undefined ? undefined : await openBase(base, opened, work);
  const { values } = await statisticsOf(runtime, beyond(opened), own);
  const { type, ne } = opened.info;
  const described = { name, type: type.name, shape: [...ne], values };
  if (before === undefined) return { ...described, difference: null };
  const { baseNorm, values: differing } = await statisticsOf(runtime, beyond(opened, before), other);
  return {
    ...described,
    difference: {
      base: before.model,
      type: before.info.type.name,
      relativeNorm: baseNorm > 0 ? differing.norm / baseNorm : null,
      values: differing,
    },
  };
}

/** A tensor, and what is subtracted from it: the same tensor of a base, or nothing. */
interface Beyond {
  readonly pair: TensorPair;
  readonly source: TensorSource;
  readonly base: TensorSource;
}

const beyond = ({ info, source }: OpenTensor, base?: OpenTensor): Beyond => ({
  pair: { name: info.name, base: base?.info ?? info, candidate: info },
  source,
  base: base?.source ?? zeros,
});

/** What the values less the base's are, and the Frobenius norm of what is finite of the base. */
async function statisticsOf(
  runtime: Runtime,
  tensors: Beyond,
  work: Work,
): Promise<{ readonly values: ValueStatistics; readonly baseNorm: number }> {
  const { rows, columns } = cutOf(tensors.pair);
  const [adding, binning, looking] = phases(work, [1, 1, 4]);
  const tally = new ValueTally(rows, columns);
  let squares = 0;
  await eachBlock(runtime, tensors, adding, (firstRow, values, subtracted) => {
    tally.add(firstRow, values);
    for (const value of subtracted) if (Number.isFinite(value)) squares += value * value;
  });
  await eachBlock(runtime, tensors, binning, (_, values) => tally.bin(values));
  const spectrum = tally.allFinite ? await spectrumOf(runtime, tensors, looking) : null;
  return { values: tally.result(spectrum), baseNorm: Math.sqrt(squares) };
}

/**
 * The values less the base's, and what was subtracted, a block of whole rows at a time, others having their turn in
 * between.
 */
async function eachBlock(
  runtime: Runtime,
  { source, base, pair }: Beyond,
  { signal, report }: Work,
  take: (firstRow: number, values: Float32Array, subtracted: Float32Array) => void,
): Promise<void> {
  const { columns, rows, baseRowBytes, candidateRowBytes } = cutOf(pair);
  for await (const block of blocksOf(base, source, pair, new BlockBuffers(), signal)) {
    const floats = ({ type }: TensorInfo, bytes: Uint8Array, rowBytes: number) =>
      dequantise(runtime, type.id, bytes.subarray(0, block.rows * rowBytes), [columns, block.rows]);
    const values = floats(pair.candidate, block.candidate, candidateRowBytes);
    const subtracted = base === zeros ? new Float32Array() : floats(pair.base, block.base, baseRowBytes);
    for (let i = 0; i < subtracted.length; i++) values[i] = (values[i] as number) - (subtracted[i] as number);
    take(block.firstRow, values, subtracted);
    report?.('reading the values', (block.firstRow + block.rows) / rows);
    await turn(signal);
  }
}

/** The leading singular values; null where there is nothing, or the matrix is too narrow to have a spectrum. */
async function spectrumOf(
  runtime: Runtime,
  { source, base, pair }: Beyond,
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
