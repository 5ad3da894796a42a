import type { AdapterWeight, InspectedAdapter } from '../../../protocol/inspectedAdapter.ts';
import { readFactors, type Term } from '../../editing/patches/adapterDelta.ts';
import { readPatch } from '../../editing/patches/readPatch.ts';
import { InputError } from '../../errors.ts';
import { factorPairs } from '../../gguf/factors.ts';
import { writesResidual } from '../../gguf/names.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { Devices } from '../../llama/scheduler.ts';
import { dot } from '../../numeric/vector.ts';
import { toolVersion } from '../../version.ts';
import { allFinite, notFinite } from '../../weights/finite.ts';
import type { Work } from '../../work/progress.ts';
import { placeOf } from '../difference/inventory.ts';
import { adapterShape } from './adapterShape.ts';
import { factorSpectrum } from './factorSpectrum.ts';

/** Ranks beyond it are no adapter's, and their eigenvalues would take minutes. */
const maxRank = 1024;
const shownValues = 16;
/** Of the largest singular value: below it lies rounding. */
const minDirection = 0.01;

/**
 * Looks at an adapter by itself: what it changes, by how many directions, and what makes such a change. Of a weight of
 * experts all are counted together.
 *
 * @throws InputError where the file is no LoRA adapter that llama.cpp can apply
 */
export async function inspectAdapter(
  path: string,
  threads: number | undefined,
  work: Work = {},
): Promise<InspectedAdapter> {
  const { header, architecture, alpha } = await readPatch(path);
  const pairs = factorPairs(header);
  const tooHigh = pairs.find(({ rank }) => rank > maxRank);
  if (tooHigh !== undefined) {
    throw new InputError(
      `${path} has factors of rank ${tooHigh.rank}, and up to ${maxRank} are inspected; review its base with it instead.`,
    );
  }
  const runtime = await loadRuntime();
  using devices = new Devices(runtime, threads ?? runtime.threads);
  const weights: AdapterWeight[] = [];
  const leading: Float64Array[] = [];
  for (const [index, pair] of pairs.entries()) {
    const scale = alpha === 0 ? 1 : alpha / pair.rank;
    const { values, left } = await spectrumOf(devices, { path, pair, scale }, work);
    const place = placeOf(pair.weight);
    if (writesResidual(place.role)) leading.push(left);
    const [first = 0] = values;
    weights.push({
      tensor: pair.weight,
      ...place,
      rank: pair.rank,
      directions: values.filter((value) => value > minDirection * first).length,
      norm: Math.hypot(...values),
      values: values.slice(0, shownValues),
    });
    work.report?.('reading the adapter', (index + 1) / pairs.length);
  }
  weights.sort((a, b) => (a.layer ?? Number.MAX_VALUE) - (b.layer ?? Number.MAX_VALUE));
  const alike = meanCosine(leading);
  return {
    adapter: path,
    bytes: header.fileSize,
    architecture: architecture ?? null,
    alpha,
    weights,
    alike,
    evidence: adapterShape(weights, alike),
    tool: toolVersion,
  };
}

/** Of all matrices of a weight together; the left direction is the first one's. */
async function spectrumOf(devices: Devices, term: Term, work: Work) {
  const [, height, matrices] = term.pair.ne;
  const values: number[] = [];
  let left: Float64Array | undefined;
  for (let matrix = 0; matrix < matrices; matrix++) {
    const { rows, directions } = await readFactors(devices.runtime, term, {
      matrix,
      first: 0,
      count: height,
    });
    if (!allFinite(rows)) throw notFinite(term.path, term.pair.rows.name);
    if (!directions.every(allFinite)) throw notFinite(term.path, term.pair.columns.name);
    const own = await factorSpectrum(devices, term.pair.rank, new Float32Array(rows), directions, work);
    values.push(...own.values.map((value) => value * Math.abs(term.scale)));
    left ??= own.left;
  }
  return { values: values.sort((a, b) => b - a), left: left ?? new Float64Array() };
}

function meanCosine(directions: readonly Float64Array[]): number | null {
  let sum = 0;
  let count = 0;
  for (const [index, a] of directions.entries()) {
    for (const b of directions.slice(index + 1)) {
      if (a.length !== b.length) continue;
      sum += Math.abs(dot(a, b));
      count++;
    }
  }
  return count === 0 ? null : sum / count;
}
