import type { ColourScale, Spread } from '../../charts/colourScale.ts';
import type { Matrix } from '../../charts/matrix.ts';

/** Pictures that are seen together, all on one scale. */
export interface DrawnMaps {
  readonly maps: readonly { readonly title: string; readonly matrix: Matrix }[];
  readonly scale: ColourScale;
  readonly spread: Spread;
  /** What the colours stand for. */
  readonly legend: string;
  /** Whether some values are not finite. */
  readonly marked: boolean;
}

type Titled = readonly (readonly [title: string, values: Float32Array])[];

/** Matrices of one shape, by their titles, and the scale that they share. */
export function drawnMaps(
  { rows, columns }: Pick<Matrix, 'rows' | 'columns'>,
  titled: Titled,
  drawn: Pick<DrawnMaps, 'scale' | 'spread' | 'legend'>,
): DrawnMaps {
  return {
    maps: titled.map(([title, values]) => ({ title, matrix: { rows, columns, values } })),
    marked: titled.some(([, values]) => values.some((value) => !Number.isFinite(value))),
    ...drawn,
  };
}
