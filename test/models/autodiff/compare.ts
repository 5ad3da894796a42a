import type { EditObjective, Evaluation } from '../../../src/engine/autodiff/objective.ts';
import { Twin } from '../../../src/engine/autodiff/twin.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { loss, Reference } from './reference.ts';
import type { Traced } from './traced.ts';

const step = 1e-4;

/**
 * An objective against the exact formulas, somewhere away from the origin: its loss, and its slopes along random
 * directions beside central differences; `error` is relative, over all directions together.
 */
export async function compareWithFormulas(
  traced: Traced,
  objective: EditObjective,
): Promise<{ found: Evaluation; exact: { nll: number; kl: number }; error: number }> {
  using twin = new Twin(traced.devices, traced.trace, traced.site, 4096);
  twin.allocate();
  const { c } = traced.devices.runtime;
  const reference = new Reference(c, twin, traced.site.values ?? new Float32Array());
  const logits = (delta: Float64Array) => reference.logits(delta, traced.columns);
  const before = logits(new Float64Array(objective.width));
  const exact = (delta: Float64Array) => loss(logits(delta), before, traced.supervision);

  const at = Float64Array.from(new Random(4).normals(objective.width, 0.5));
  const found = await objective.evaluate(at);
  const slopes = directions(objective.width).map((direction) => {
    const beside = (side: number) => {
      const { nll, kl } = exact(at.map((x, i) => x + side * (direction[i] ?? 0)));
      return nll + kl;
    };
    const claimed = direction.reduce((sum, x, i) => sum + x * (found.gradient[i] ?? 0), 0);
    return { claimed, measured: (beside(1) - beside(-1)) / 2 };
  });
  const wrong = Math.hypot(...slopes.map(({ claimed, measured }) => claimed - measured));
  const error = wrong / Math.hypot(...slopes.map(({ measured }) => measured));
  return { found, exact: exact(at), error };
}

/** Random vectors of length `step`: an error in any component of the gradient shows in their slopes. */
function directions(width: number): Float64Array[] {
  const random = new Random(9);
  return Array.from({ length: 8 }, () => {
    const direction = Float64Array.from(random.normals(width));
    const length = Math.hypot(...direction);
    return direction.map((x) => (x * step) / length);
  });
}
