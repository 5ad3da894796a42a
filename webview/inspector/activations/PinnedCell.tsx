import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { KeyValuePair, LensCell } from '../../../src/protocol/activations.ts';
import type { CellReading } from '../../../src/protocol/inspector.ts';
import { signed } from '../../../src/text/numbers.ts';
import { Bar } from '../../charts/Bar.tsx';
import type { Cell } from '../../charts/matrix.ts';
import { Button } from '../../ui/Button.tsx';
import { Read } from '../shell/Read.tsx';
import { TopTokens } from '../shell/TopTokens.tsx';
import type { Readable } from '../useReading.ts';

interface PinnedCellProps {
  readonly cell: Cell;
  readonly token: string;
  readonly of: Readable<CellReading>;
  readonly onClose: () => void;
}

/** What the pinned cell holds: the largest neurons of the MLP there, and what the model would say after that layer. */
export function PinnedCell({ cell, token, of, onClose }: PinnedCellProps): VNode {
  return (
    <section class="pinned-cell" aria-label={l10n.t('The pinned cell')}>
      <header>
        <h3>
          {l10n.t('Layer {0}', cell.row)} · <span class="token-text">{token}</span>
        </h3>
        <span class="spring" />
        <Button kind="icon" label={l10n.t('Unpin')} onClick={onClose}>
          ✕
        </Button>
      </header>
      <Read of={of} what={l10n.t('Reading the cell')}>
        {({ lens, neurons }) => (
          <>
            <h4>{l10n.t('Logit lens')}</h4>
            <div class="top-lists">
              <LensList title={l10n.t('before')} cell={lens.before.layers[cell.row]?.[0]} tone="before" />
              <LensList title={l10n.t('after')} cell={lens.after.layers[cell.row]?.[0]} tone="after" />
            </div>
            <h4>{l10n.t('Largest neurons')}</h4>
            {neurons === null ? (
              <p class="muted">{l10n.t('In a mixture of experts, each token has neurons of its own.')}</p>
            ) : (
              <div class="top-lists">
                <NeuronList title={l10n.t('before')} pairs={neurons} tone="before" />
                <NeuronList title={l10n.t('after')} pairs={neurons} tone="after" />
              </div>
            )}
          </>
        )}
      </Read>
    </section>
  );
}

interface LensListProps {
  readonly title: string;
  readonly cell: LensCell | undefined;
  readonly tone: 'before' | 'after';
}

function LensList({ title, cell, tone }: LensListProps): VNode {
  return (
    <div>
      <h5 class="muted">{title}</h5>
      <TopTokens top={cell?.top ?? []} tone={tone} />
    </div>
  );
}

interface NeuronListProps {
  readonly title: string;
  readonly pairs: readonly KeyValuePair[];
  readonly tone: 'before' | 'after';
}

/** Neurons that a list names; the pairs are those of both states. */
const limit = 8;

function NeuronList({ title, pairs, tone }: NeuronListProps): VNode {
  const size = (pair: KeyValuePair) => Math.abs(pair[tone].activation);
  const strongest = pairs.toSorted((a, b) => size(b) - size(a)).slice(0, limit);
  const largest = Math.max(...strongest.map(size));
  return (
    <div>
      <h5 class="muted">{title}</h5>
      <ol class="top-list">
        {strongest.map((pair) => (
          <li key={pair.neuron}>
            <span class="mono">#{pair.neuron}</span>
            <Bar share={size(pair) / largest} tone={tone} />
            <span class="token-p">{signed(pair[tone].activation)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
