import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LensComparison } from '../../src/protocol/engine.ts';
import { LinePicture } from '../charts/LinePicture.tsx';
import { LensTable } from '../inspector/lens/LensTable.tsx';
import { lensChart } from '../inspector/lens/lensChart.ts';
import { cellsOf, followed } from '../inspector/lens/overtaking.ts';

/** What the model would say after each layer, and the answers that were followed (`--target`). */
export function LensResult({ lens }: { readonly lens: LensComparison }): VNode {
  const changed = useMemo(() => JSON.stringify(lens.before) !== JSON.stringify(lens.after), [lens]);
  const targets = followed(cellsOf(lens.before)[0] ?? { top: [], targets: [] });
  const first = nameOf(lens, targets.new?.id);
  const second = targets.true === undefined ? null : nameOf(lens, targets.true.id);
  return (
    <>
      {targets.new !== undefined && (
        <LinePicture
          label={l10n.t('Log probability of the answers by layer; the table below has the numbers')}
          chart={lensChart(lens, { targetNew: first, targetTrue: second }, changed)}
        />
      )}
      <LensTable lens={lens} changed={changed} />
    </>
  );
}

/** The text of a token that is followed, where it is among the likeliest of some layer; else its number. */
function nameOf({ before, after }: LensComparison, id: number | undefined): string {
  const cells = [...cellsOf(before), ...cellsOf(after)];
  const found = cells.flatMap(({ top }) => top).find((token) => token.id === id);
  return found?.token.trim() ?? `#${id}`;
}
