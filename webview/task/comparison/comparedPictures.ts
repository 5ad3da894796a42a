import * as l10n from '@vscode/l10n';
import type { ComparedEditResult } from '../../../src/protocol/comparison.ts';
import { divergingScale, sequentialScale, suggestedSpread } from '../../charts/colourScale.ts';
import type { LineChart } from '../../charts/lineChart.ts';
import { difference, type Matrix } from '../../charts/matrix.ts';
import { type DrawnMaps, drawnMaps } from '../../inspector/maps/drawnMaps.ts';

type Labels = readonly [string, string];

const numbers = (values: readonly (number | null)[]) =>
  Float32Array.from(values, (value) => value ?? Number.NaN);

/** How far each side moves the residual stream, both on one scale; models of other shapes have a picture each. */
export function movedMaps({ readings }: ComparedEditResult, labels: Labels): DrawnMaps {
  const maps = readings.map(({ layers, tokens, moved }, side): DrawnMaps['maps'][number] => ({
    title: labels[side] ?? '',
    matrix: { rows: layers, columns: tokens.length, values: numbers(moved) },
  }));
  const values = maps.map(({ matrix }) => matrix.values);
  const spread = suggestedSpread(values[0] ?? new Float32Array());
  return {
    maps,
    scale: sequentialScale(spread, ...values),
    spread,
    legend: l10n.t('‖after − before‖'),
    marked: values.some((all) => all.some((value) => !Number.isFinite(value))),
  };
}

/** The second side's less the first's; null where the models differ in layers or tokens. */
export function movedDifference({ readings: [one, other] }: ComparedEditResult): DrawnMaps | null {
  if (one.layers !== other.layers || one.tokens.join('\n') !== other.tokens.join('\n')) return null;
  const values = difference(numbers(other.moved), numbers(one.moved));
  const shape: Pick<Matrix, 'rows' | 'columns'> = { rows: one.layers, columns: one.tokens.length };
  const spread = suggestedSpread(values);
  return drawnMaps(shape, [[l10n.t('Second − first'), values]], {
    scale: divergingScale(spread, values),
    spread,
    legend: l10n.t('difference of the distances moved'),
  });
}

/** Log probabilities of the answers by layer, the second side dashed. */
export function answersByLayer(
  { readings, targetNew, targetTrue }: ComparedEditResult,
  labels: Labels,
): LineChart {
  const layers = Math.max(...readings.map(({ lens }) => lens.length));
  const line = (side: 0 | 1, which: 'new' | 'true', answer: string | null, series: number) => {
    const values = readings[side].lens.map((cell) => cell[which] ?? Number.NaN);
    if (answer === null || values.every(Number.isNaN)) return [];
    const padded = [...values, ...new Array<number>(layers - values.length).fill(Number.NaN)];
    return [{ name: `${answer}, ${labels[side]}`, series, dashed: side === 1, values: padded }];
  };
  return {
    xLabel: l10n.t('layer'),
    yLabel: l10n.t('log p (nats)'),
    x: Array.from({ length: layers }, (_, layer) => layer),
    lines: [
      ...line(0, 'new', targetNew, 0),
      ...line(1, 'new', targetNew, 0),
      ...line(0, 'true', targetTrue, 1),
      ...line(1, 'true', targetTrue, 1),
    ],
    mark: null,
  };
}
