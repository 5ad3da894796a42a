import type { Runtime } from '../../llama/runtime.ts';
import type { NewTensor } from '../../weights/writer.ts';
import type { Change } from '../difference/change.ts';
import { adapterOf } from './adapterOf.ts';

/** ‖patch‖ / ‖W‖ */
const size = 1e-6;

/** A patch of the base's matrix that is too small to mean anything, along directions that mean nothing. */
export function negligible(runtime: Runtime, { diff: { pair, baseNorm } }: Change): NewTensor[] {
  const [width = 1, height = 1] = pair.base.ne;
  // each factor's norm is about the root of half its length
  const scale = (2 * size * baseNorm) / Math.sqrt(width * height);
  const a = Float32Array.from({ length: width }, (_, i) => Math.cos(i));
  const b = Float32Array.from({ length: height }, (_, i) => scale * Math.cos(i));
  return adapterOf(runtime, pair.base, { rank: 1, a, b });
}
