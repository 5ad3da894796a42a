import * as l10n from '@vscode/l10n';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import { divergingScale, sequentialScale } from '../../charts/colourScale.ts';
import { extent } from '../../charts/matrix.ts';
import { type DrawnMaps, drawnMaps } from '../maps/drawnMaps.ts';
import { streamName } from '../names.ts';

/** The kinds of states that are restored, in the order of ROME's figure. */
export const TRACED = ['residual', 'mlp', 'attention'] as const satisfies readonly Stream[];

/** Of the largest effect: a negative effect beyond it has a colour of its own, a smaller one is noise of few samples. */
const negligible = 0.05;

/** Indirect effects by kind, all on one scale. */
export function traceMaps({ layers, tokens, indirect }: CausalTrace): DrawnMaps {
  const titled = TRACED.map((kind) => [streamName(kind), Float32Array.from(indirect[kind].flat())] as const);
  const values = titled.map(([, effects]) => effects);
  const { low, high } = extent(values.flatMap((effects) => [...effects]));
  const scale = -low > negligible * high ? divergingScale : sequentialScale;
  return drawnMaps({ rows: layers, columns: tokens.length }, titled, {
    scale: scale('linear', ...values),
    spread: 'linear',
    legend: l10n.t('indirect effect'),
  });
}

/** The state that restores most of the answer. */
export interface Strongest {
  readonly kind: Stream;
  readonly layer: number;
  readonly token: number;
  readonly effect: number;
}

/** The strongest indirect effect of a kind; undefined without any layer. */
export function strongestOf({ indirect }: CausalTrace, kind: Stream): Strongest | undefined {
  let strongest: Strongest | undefined;
  for (const [layer, row] of indirect[kind].entries()) {
    for (const [token, effect] of row.entries()) {
      if (strongest === undefined || effect > strongest.effect) strongest = { kind, layer, token, effect };
    }
  }
  return strongest;
}
