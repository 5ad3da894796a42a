import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import type { Cell } from '../../charts/matrix.ts';
import { magnitude, signed, visibleToken } from '../format.ts';
import { streamName } from '../names.ts';
import { cellValues } from './activationMaps.ts';

interface CellReadoutProps {
  readonly comparison: ActivationComparison;
  readonly stream: Stream;
  readonly cell: Cell | undefined;
}

/** The values of the cell that is pointed at, for the eye and for screen readers. */
export function CellReadout({ comparison, stream, cell }: CellReadoutProps): VNode {
  if (cell === undefined) {
    return (
      <p class="readout muted" role="status">
        {l10n.t('Point at a cell to read it; click, or press Enter, to pin it.')}
      </p>
    );
  }
  const { before, after, difference, distance } = cellValues(comparison, stream, cell);
  const token = visibleToken(comparison.tokens[cell.column]?.text ?? '');
  const value = (name: string, text: string) => (
    <span class="readout-value">
      <span class="muted">{name}</span> <b>{text}</b>
    </span>
  );
  return (
    <p class="readout" role="status">
      <span>
        {l10n.t('Layer {0}', cell.row)} · <span class="token-text">{token}</span>{' '}
        <span class="muted">{l10n.t('token {0}', cell.column)}</span> · {streamName(stream)}
      </span>
      {value(l10n.t('before'), magnitude(before))}
      {value(l10n.t('after'), magnitude(after))}
      {value(l10n.t('difference'), signed(difference))}
      {value(l10n.t('distance'), magnitude(distance))}
    </p>
  );
}
