import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Stream } from '../../../src/protocol/streams.ts';
import { magnitude, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import type { Cell } from '../../charts/matrix.ts';
import { Readout, ReadoutValue } from '../maps/Readout.tsx';
import { streamName } from '../names.ts';
import { cellValues } from './activationMaps.ts';

interface CellReadoutProps {
  readonly comparison: ActivationComparison;
  readonly stream: Stream;
  readonly cell: Cell | undefined;
}

/** The values of the cell that is pointed at. */
export function CellReadout({ comparison, stream, cell }: CellReadoutProps): VNode {
  return (
    <Readout cell={cell}>
      {(at) => {
        const { before, after, difference, distance } = cellValues(comparison, stream, at);
        return (
          <>
            <span>
              {l10n.t('Layer {0}', at.row)} ·{' '}
              <span class="token-text">{visibleToken(comparison.tokens[at.column]?.text ?? '')}</span>{' '}
              <span class="muted">{l10n.t('token {0}', at.column)}</span> · {streamName(stream)}
            </span>
            <ReadoutValue name={l10n.t('before')} text={magnitude(before)} />
            <ReadoutValue name={l10n.t('after')} text={magnitude(after)} />
            <ReadoutValue name={l10n.t('difference')} text={signed(difference)} />
            <ReadoutValue name={l10n.t('distance')} text={magnitude(distance)} />
          </>
        );
      }}
    </Readout>
  );
}
