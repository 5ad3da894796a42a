import * as l10n from '@vscode/l10n';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import {
  type ColourScale,
  divergingScale,
  type Spread,
  sequentialScale,
  suggestedSpread,
} from '../../charts/colourScale.ts';
import { difference } from '../../charts/matrix.ts';
import { type DrawnMaps, drawnMaps } from '../maps/drawnMaps.ts';
import type { Shown } from '../savedView.ts';
import { besideSinks, sinkColumns } from './sinks.ts';

interface Choice {
  readonly stream: Stream;
  readonly shown: Shown;
  /** null for what the values suggest. */
  readonly spread: Spread | null;
}

/**
 * What is drawn of a comparison. Both states share their scale, which leaves out the first tokens where their norms tower
 * over all others; the difference of the norms diverges from 0; the
 * distance, the norm of the difference of the vectors, begins at 0.
 */
export function activationMaps(
  { layers, tokens, before, after, change }: ActivationComparison,
  { stream, shown, spread: chosen }: Choice,
): DrawnMaps {
  const [was, is] = [before[stream], after[stream]];
  const built = (
    titled: readonly (readonly [title: string, values: Float32Array])[],
    scale: (spread: Spread) => ColourScale,
    legend: string,
    scaled = titled[0]?.[1],
  ): DrawnMaps => {
    const spread = chosen ?? suggestedSpread(scaled ?? new Float32Array());
    const shape = { rows: layers, columns: tokens.length };
    return drawnMaps(shape, titled, { scale: scale(spread), spread, legend });
  };
  switch (shown) {
    case 'both': {
      const sinks = sinkColumns({ rows: layers, columns: tokens.length, values: was });
      const beside = [was, is].map((values) =>
        besideSinks({ rows: layers, columns: tokens.length, values }, sinks),
      );
      const beyond = [...sinks].map((token) => visibleToken(tokens[token]?.text ?? '')).join(', ');
      return built(
        [
          [l10n.t('Before'), was],
          [l10n.t('After'), is],
        ],
        (spread) => sequentialScale(spread, ...beside),
        sinks.size === 0 ? l10n.t('‖x‖') : l10n.t('‖x‖, beyond the scale: {0}', beyond),
        beside[0],
      );
    }
    case 'difference': {
      const values = difference(is, was);
      return built(
        [[l10n.t('After − before'), values]],
        (spread) => divergingScale(spread, values),
        l10n.t('‖after‖ − ‖before‖'),
      );
    }
    case 'distance': {
      const values = change[stream];
      return built(
        [[l10n.t('Distance moved'), values]],
        (spread) => sequentialScale(spread, values),
        l10n.t('‖after − before‖'),
      );
    }
  }
}

/** The four values of a cell that the readout names. */
export interface CellValues {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  readonly distance: number;
}

export function cellValues(
  { tokens, before, after, change }: ActivationComparison,
  stream: Stream,
  { row, column }: { readonly row: number; readonly column: number },
): CellValues {
  const at = row * tokens.length + column;
  const [was = Number.NaN, is = Number.NaN] = [before[stream][at], after[stream][at]];
  return { before: was, after: is, difference: is - was, distance: change[stream][at] ?? Number.NaN };
}
