import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { KeyValues, NeuronState } from '../../../src/protocol/activations.ts';
import { magnitude, probability, signed } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { Bar } from '../../charts/Bar.tsx';

interface NeuronTableProps {
  readonly found: KeyValues;
  /** Whether there is a state after at all. */
  readonly changed: boolean;
}

/** The pairs, a row each, the one whose value moved most first: how active the key is, how much the value writes then, and what that promotes. */
export function NeuronTable({ found, changed }: NeuronTableProps): VNode {
  const pairs = changed ? byMoved(found.pairs) : found.pairs;
  const states = pairs.flatMap(({ before, after }) => (changed ? [before, after] : [before]));
  const largest = {
    activation: Math.max(...states.map(({ activation }) => Math.abs(activation))),
    written: Math.max(...states.map(({ written }) => written)),
  };
  const measures = (state: NeuronState, tone: 'before' | 'after') => (
    <>
      <Measured share={Math.abs(state.activation) / largest.activation} tone={tone}>
        {signed(state.activation)}
      </Measured>
      <Measured share={state.written / largest.written} tone={tone}>
        {magnitude(state.written)}
      </Measured>
    </>
  );
  return (
    <div class="table-scroll">
      <table class="neuron-table">
        <thead>
          <tr>
            <th scope="col">{l10n.t('Neuron')}</th>
            {changed && <th scope="col">{l10n.t('State')}</th>}
            <th scope="col" class="number">
              {l10n.t('Activation')}
            </th>
            <th scope="col" class="number">
              {l10n.t('Written')}
            </th>
            <th scope="col">{l10n.t('Promotes')}</th>
            {changed && (
              <th scope="col" class="number">
                {l10n.t('Value moved')}
              </th>
            )}
          </tr>
        </thead>
        {pairs.map(({ neuron, before, after, moved }) => (
          <tbody key={neuron}>
            <tr>
              <th scope="rowgroup" class="mono" rowSpan={changed ? 2 : 1}>
                #{neuron}
              </th>
              {changed && <td class="muted">{l10n.t('before')}</td>}
              {measures(before, 'before')}
              <Promoted state={before} />
              {changed && (
                <td class="number" rowSpan={2}>
                  {moved === 0 ? l10n.t('unchanged') : probability(moved)}
                </td>
              )}
            </tr>
            {changed && (
              <tr>
                <td class="muted">{l10n.t('after')}</td>
                {measures(after, 'after')}
                <Promoted state={after} />
              </tr>
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
}

interface MeasuredProps {
  /** Of the largest in the table, 0..1. */
  readonly share: number;
  readonly tone: 'before' | 'after';
  readonly children: string;
}

function Measured({ share, tone, children }: MeasuredProps): VNode {
  return (
    <td class="number">
      <span class="measured">
        <Bar share={share} tone={tone} />
        {children}
      </span>
    </td>
  );
}

function Promoted({ state: { promotes } }: { readonly state: NeuronState }): VNode {
  return (
    <td>
      <span class="promoted">
        {promotes.map(({ id, token, p }) => (
          <span key={id} title={probability(p)} class="token-text">
            {visibleToken(token)}
          </span>
        ))}
      </span>
    </td>
  );
}

/** Those whose value was 0 before have moved by no number, and come last. */
function byMoved(pairs: KeyValues['pairs']): KeyValues['pairs'] {
  const key = ({ moved }: KeyValues['pairs'][number]) => (Number.isFinite(moved) ? moved : -1);
  return pairs.toSorted((a, b) => key(b) - key(a));
}
