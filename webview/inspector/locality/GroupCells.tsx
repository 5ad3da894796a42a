import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { kindMeaning, kindName } from '../names.ts';
import type { GroupRow } from './probeRows.ts';

interface GroupCellsProps {
  readonly group: GroupRow;
  readonly onFold: () => void;
}

/** The heading of a kind: what is hoped of its probes, how many pass, how many changed. */
export function GroupCells({ group, onFold }: GroupCellsProps): VNode {
  const { kind, probes, changed, judged, passedBefore, passedAfter, folded } = group;
  return (
    <div class="cell cell-group" role="gridcell">
      <button type="button" aria-expanded={!folded} onClick={onFold}>
        <span class="twistie" aria-hidden="true">
          {folded ? '›' : '⌄'}
        </span>
        <b>{kindName(kind)}</b>
        <span class="muted group-meaning">{kindMeaning(kind)}</span>
      </button>
      <span class="group-counts">
        {judged > 0 && (
          <span>{l10n.t('{0} of {1} pass, {2} before', passedAfter, judged, passedBefore)}</span>
        )}
        <span class="muted">{probes === 1 ? l10n.t('1 probe') : l10n.t('{0} probes', probes)}</span>
        <span class="muted">{l10n.t('{0} changed', changed)}</span>
      </span>
    </div>
  );
}
