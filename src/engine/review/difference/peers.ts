import { median } from '../../numeric/median.ts';
import { verdictRules } from '../rules.ts';
import type { Change } from './change.ts';
import { prominence } from './spectrum.ts';

const { common, plain, spike } = verdictRules;

/**
 * Rounding is not quite noise: on some grids its error follows the weights, and then the same matrix of every layer has
 * a direction that stands out. So where tensors were rounded anew, only what stands out twice as far as it usually does
 * in the other layers counts, and stands out of the noise that rounding to these types makes of such weights, too.
 */
export function withoutCommonSpikes(changes: readonly Change[]): Change[] {
  return changes.map((change) => {
    const { spectrum, floor } = change;
    if (spectrum === undefined || floor === 0 || spectrum.spikes === 0) return change;
    const others = changes.filter((other) => other !== change && sameKind(other, change));
    const usual = Math.min(
      plain.value,
      common.value * median(others.map(({ spectrum }) => prominence(spectrum))),
    );
    const noise = Math.max(spectrum.edge, floor * change.diff.noiseEdge);
    const bound = Math.max(usual * spectrum.edge, spike.value * noise);
    const spikes = spectrum.values.filter((value, index) => index < spectrum.spikes && value > bound).length;
    if (spikes === spectrum.spikes) return change;
    const taken = spectrum.values.slice(0, spikes).reduce((sum, value) => sum + value ** 2, 0);
    return {
      ...change,
      spectrum: {
        ...spectrum,
        spikes,
        energy: Math.min(1, taken / change.diff.norm ** 2),
        right: spectrum.right.slice(0, spikes),
        left: spectrum.left.slice(0, spikes),
      },
    };
  });
}

function sameKind(a: Change, b: Change): boolean {
  const types = ({ diff }: Change) => `${diff.pair.base.type.name} ${diff.pair.candidate.type.name}`;
  return a.role === b.role && types(a) === types(b);
}
