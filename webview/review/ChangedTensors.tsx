import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { TensorReview } from '../../src/protocol/review.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { Button } from '../ui/Button.tsx';

interface ChangedTensorsProps {
  readonly tensors: readonly TensorReview[];
  readonly selected: string | null;
  readonly onSelect: (name: string) => void;
}

/** Tensors that are listed at first, and at most: the report has them all. */
const few = 8;
const limit = 500;

/** The tensors that differ, those with spikes first, then the most changed. */
export function ChangedTensors({ tensors, selected, onSelect }: ChangedTensorsProps): VNode {
  const [all, setAll] = useState(false);
  const sorted = useMemo(
    () => [...tensors].sort((a, b) => b.spikes - a.spikes || b.relative - a.relative),
    [tensors],
  );
  if (tensors.length === 0) return <p>{l10n.t('Every tensor that both hold is byte for byte the same.')}</p>;
  const shown = sorted.slice(0, all ? limit : few);
  return (
    <div class="changed-tensors">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard */}
      <div class="table-scroll" role="region" tabIndex={0} aria-label={l10n.t('Tensors that differ')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{l10n.t('Tensor')}</th>
              <th scope="col">{l10n.t('Type')}</th>
              <th scope="col" class="number">
                ‖ΔW‖/‖W‖
              </th>
              <th scope="col" class="number" title={l10n.t('The change that rounding alone explains')}>
                {l10n.t('Rounding')}
              </th>
              <th scope="col" class="number" title={l10n.t('Directions that stand out of the noise')}>
                {l10n.t('Spikes')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ name, types: [from, to], relative, floor, spikes }) => (
              <tr key={name} class={name === selected ? 'chosen-row' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain mono"
                    aria-pressed={name === selected}
                    onClick={() => onSelect(name)}
                  >
                    {visible(name)}
                  </button>
                </th>
                <td class="nowrap">{from === to ? from : `${from} → ${to}`}</td>
                <td class="number">{magnitude(relative)}</td>
                <td class="number">{floor === 0 ? '–' : magnitude(floor)}</td>
                <td class="number">{spikes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!all && sorted.length > few && (
        <Button onClick={() => setAll(true)}>{l10n.t('Show all {0}', Math.min(limit, sorted.length))}</Button>
      )}
      {all && sorted.length > limit && (
        <p class="muted">{l10n.t('and {0} more in the report', sorted.length - limit)}</p>
      )}
    </div>
  );
}
