import * as l10n from '@vscode/l10n';
import type { GradientAttribution } from '../../../src/protocol/gradientAttribution.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { divergingScale } from '../../charts/colourScale.ts';
import { type DrawnMaps, drawnMaps } from '../maps/drawnMaps.ts';
import type { EffectRows } from '../maps/EffectTable.tsx';
import { streamName } from '../names.ts';
import { TRACED } from '../trace/traceMaps.ts';

/** What each state gives to the answer, by stream; or by token what the lens reads of the stream. */
export function attributionRows(
  { attributed, lens }: GradientAttribution,
  shown: 'attributed' | 'lens',
): EffectRows[] {
  return shown === 'lens' && lens !== null
    ? lens.vectors.map(({ token, raised }) => ({ name: visibleToken(token), rows: raised }))
    : TRACED.map((stream) => ({ name: streamName(stream), rows: attributed[stream] }));
}

/** The rows as pictures on one scale, with a colour of its own for what speaks against the answer. */
export function attributionMaps(
  { layers, tokens, subject, lens }: GradientAttribution,
  rows: readonly EffectRows[],
  shown: 'attributed' | 'lens',
): DrawnMaps {
  const titled = rows.map((one) => [one.name, Float32Array.from(one.rows.flat())] as const);
  const ofLens = shown === 'lens' && lens !== null;
  return drawnMaps({ rows: layers, columns: tokens.length }, titled, {
    scale: divergingScale('linear', ...titled.map(([, values]) => values)),
    spread: 'linear',
    legend: ofLens
      ? l10n.t('logits above ordinary text')
      : subject === null
        ? l10n.t('logits, gradient · activation')
        : l10n.t('probability brought back, to first order'),
  });
}
