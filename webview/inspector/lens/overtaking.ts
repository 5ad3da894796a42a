import type { Lens, LensCell } from '../../../src/protocol/activations.ts';

/** The two answers that a lens follows, as the host asks for them: the new one first. */
export interface Followed {
  readonly new: LensCell['targets'][number] | undefined;
  readonly true: LensCell['targets'][number] | undefined;
}

/** The cell of the one position that was read, by layer. */
export function cellsOf({ layers }: Lens): LensCell[] {
  return layers.flatMap(([cell]) => (cell === undefined ? [] : [cell]));
}

export function followed({ targets }: LensCell): Followed {
  return { new: targets[0], true: targets[1] };
}

/**
 * The first layer from which on the new answer is likelier than the true one, to the last layer; null where it is not
 * in the last layer, or where only one of them is known. Layers that it leads in for a while do not count.
 */
export function overtakingLayer(lens: Lens): number | null {
  let first: number | null = null;
  for (const [layer, cell] of cellsOf(lens).entries()) {
    const answers = followed(cell);
    const leads =
      answers.new !== undefined && answers.true !== undefined && answers.new.logP > answers.true.logP;
    if (!leads) first = null;
    else first ??= layer;
  }
  return first;
}
