import * as l10n from '@vscode/l10n';
import type { LensComparison } from '../../../src/protocol/engine.ts';
import type { LineChart } from '../../charts/lineChart.ts';
import { cellsOf, followed, overtakingLayer } from './overtaking.ts';

interface Answers {
  readonly targetNew: string;
  readonly targetTrue: string | null;
}

/** Log probabilities of the answers by layer: the state before dashed, the layer of overtaking marked. */
export function lensChart(
  lens: LensComparison,
  { targetNew, targetTrue }: Answers,
  changed: boolean,
): LineChart {
  const layers = cellsOf(lens.before).map((_, layer) => layer);
  const line = (state: 'before' | 'after', which: 'new' | 'true', answer: string | null) => {
    const values = cellsOf(lens[state]).map((cell) => followed(cell)[which]?.logP ?? Number.NaN);
    if (answer === null || values.every((value) => Number.isNaN(value))) return [];
    const name = state === 'before' ? l10n.t('{0} before', answer) : l10n.t('{0} after', answer);
    return [{ name, series: which === 'new' ? 0 : 1, dashed: state === 'before', values }];
  };
  const overtaken = changed ? overtakingLayer(lens.after) : null;
  return {
    xLabel: l10n.t('layer'),
    yLabel: l10n.t('log p (nats)'),
    x: layers,
    lines: [
      ...line('before', 'new', targetNew),
      ...line('before', 'true', targetTrue),
      ...(changed ? [...line('after', 'new', targetNew), ...line('after', 'true', targetTrue)] : []),
    ],
    mark: overtaken === null ? null : { x: overtaken, label: l10n.t('overtakes') },
  };
}
