import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ValueStatistics } from '../../../src/protocol/tensors.ts';
import { magnitude } from '../../../src/text/numbers.ts';
import { exact } from '../format.ts';

const height = 120;
const step = 5;

/** How many values lie in each of the bins; a bin with a single value is still seen. */
export function Histogram({
  histogram: { low, high, counts },
}: {
  readonly histogram: NonNullable<ValueStatistics['histogram']>;
}): VNode {
  const most = Math.max(...counts, 1);
  const width = counts.length * step;
  const fullest = counts.indexOf(most);
  const at = (bin: number) => low + ((high - low) * bin) / counts.length;
  return (
    <figure>
      <figcaption>{l10n.t('Values')}</figcaption>
      <svg
        class="histogram"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={l10n.t(
          'Histogram from {0} to {1}; most of the values, {2}, lie between {3} and {4}',
          magnitude(low),
          magnitude(high),
          exact(most),
          magnitude(at(fullest)),
          magnitude(at(fullest + 1)),
        )}
      >
        {counts.map((count, bin) => {
          const tall = count === 0 ? 0 : Math.max(1, (count / most) * height);
          return (
            <rect key={bin} x={bin * step + 0.5} y={height - tall} width={step - 1} height={tall}>
              <title>
                {l10n.t('{0} to {1}: {2}', magnitude(at(bin)), magnitude(at(bin + 1)), exact(count))}
              </title>
            </rect>
          );
        })}
      </svg>
      <p class="histogram-ends muted">
        <span>{magnitude(low)}</span>
        <span>{magnitude(high)}</span>
      </p>
    </figure>
  );
}
