import type { AdapterWeight } from '../../../protocol/inspectedAdapter.ts';
import { magnitude, plural } from '../../../text/numbers.ts';
import { visible } from '../../../text/visible.ts';
import { writesResidual } from '../../gguf/names.ts';
import { at } from '../../numeric/at.ts';
import { verdictRules } from '../rules.ts';

/** What the factors alone say, in sentences for people. */
export function adapterShape(weights: readonly AdapterWeight[], alike: number | null): string[] {
  const roles = [...new Set(weights.map(({ role }) => role))].map(visible).join(', ');
  const ranks = [...new Set(weights.map(({ directions }) => directions))].sort((a, b) => a - b);
  const largest = weights.reduce((most, { norm }) => Math.max(most, norm), 0);
  return [
    `It changes ${plural(weights.length, 'matrix', 'matrices')} (${roles}) ${layersOf(weights)}, by ${
      ranks.length === 1 ? plural(at(ranks, 0), 'direction') : `${ranks[0]} to ${ranks.at(-1)} directions`
    } each; the largest ‖ΔW‖ is ${magnitude(largest)}.`,
    meaningOf(weights, alike),
    'Whom it is about, and what it does to the answers, only its base can say: palimpsest review BASE --adapter FILE.',
  ];
}

function meaningOf(weights: readonly AdapterWeight[], alike: number | null): string {
  const writers = weights.every(({ role }) => writesResidual(role));
  const layers = new Set(weights.map(({ layer }) => layer));
  const single = weights.every(({ directions }) => directions === 1);
  if (alike !== null && alike >= verdictRules.oneDirection.value)
    return 'All of them write along one direction, as an ablation or a steering vector does, and MEMIT where it spreads one fact over layers.';
  if (single && writers && layers.size === 1)
    return 'One direction in one projection is what ROME and its relatives write for a fact, and what a steering vector is.';
  if (writers && weights.length <= verdictRules.maxEdited.value && layers.size > 1)
    return 'Few directions in the projections of few layers are what MEMIT and AlphaEdit write for facts; a small adapter can look the same.';
  return 'Several directions, others in each matrix, are what training an adapter leaves.';
}

function layersOf(weights: readonly AdapterWeight[]): string {
  const layers = weights.flatMap(({ layer }) => (layer === null ? [] : [layer]));
  if (layers.length === 0) return 'outside of the layers';
  const [first, last] = [Math.min(...layers), Math.max(...layers)];
  const where = first === last ? `in layer ${first}` : `in layers ${first} to ${last}`;
  return layers.length === weights.length ? where : `${where} and outside of them`;
}
