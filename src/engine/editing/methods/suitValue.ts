import { Random } from '../../numeric/random.ts';
import { dot, norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import { Adam } from '../value/adam.ts';
import type { ValueStart } from '../value/editValue.ts';
import type { OptimisedValue, ValueStep } from '../value/value.ts';

const seed = 24502;

/**
 * SUIT's value (2509.24502, section 4.3): δ' = (hᵀŵ₂ − hᵀŵ₁)ŵ₁ + (hᵀŵ₁ − hᵀŵ₂)ŵ₂ swaps how far the residual stream h
 * reaches along two unit vectors, which Adam finds: loss = NLL of the target + apart (ŵ₁ᵀŵ₂)².
 */
export async function suitValue(
  { objective, initial, residual: h, hyperparameters, onStep }: ValueStart,
  { signal, report }: Work = {},
): Promise<OptimisedValue> {
  const { steps, learningRate, stopBelow, stopOn, apart } = hyperparameters;
  const { width } = objective;
  const unit = 1 / Math.sqrt(width);
  const direction = (i: number) => ({
    w: Float64Array.from(new Random(seed + i).normals(width, unit)),
    adam: new Adam(width, learningRate, unit),
  });
  const [first, second] = [direction(0), direction(1)];
  const taken: ValueStep[] = [];
  for (let step = 0; ; step++) {
    const started = performance.now();
    const [a, b] = [unitOf(first.w), unitOf(second.w)];
    const swap = dot(h, b) - dot(h, a);
    const delta = a.map((x, i) => swap * (x - (b[i] as number)));
    const { nll, kl, gradient } = await objective.evaluate(delta, signal);
    const milliseconds = performance.now() - started;
    const told = { step, nll, kl, relativeNorm: norm(delta) / norm(initial), milliseconds };
    taken.push(told);
    onStep?.(told);
    report?.('optimizing the value', step / steps);
    const overlap = dot(a, b);
    const loss = stopOn === 'nll' ? nll : nll + kl + apart * overlap ** 2;
    if (loss < stopBelow || step === steps) return { delta, steps: taken };
    // δ' changes with ŵ₁ directly and through the swap, and with ŵ₂ by the same, the other way round
    const across = dot(gradient, a) - dot(gradient, b);
    const partial = gradient.map((g, i) => swap * g - across * (h[i] as number));
    const pull = 2 * apart * overlap;
    stepAlong(
      first,
      a,
      partial.map((x, i) => x + pull * (b[i] as number)),
    );
    stepAlong(
      second,
      b,
      partial.map((x, i) => -x + pull * (a[i] as number)),
    );
  }
}

/** One step of w, whose length means nothing, by the gradient of its unit vector. */
function stepAlong(
  { w, adam }: { readonly w: Float64Array; readonly adam: Adam },
  unit: Float64Array,
  gradient: Float64Array,
): void {
  const along = dot(gradient, unit);
  const length = norm(w);
  adam.step(
    w,
    gradient.map((x, i) => (x - along * (unit[i] as number)) / length),
  );
}

function unitOf(w: Float64Array): Float64Array {
  const length = norm(w);
  return w.map((x) => x / length);
}
