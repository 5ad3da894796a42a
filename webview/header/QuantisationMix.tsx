import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { TypeShare } from '../../src/protocol/headerPage.ts';
import { StackedBar, Swatch } from '../charts/StackedBar.tsx';
import { count, decimal, exact, percent, size } from './format.ts';

interface QuantisationMixProps {
  readonly mix: readonly TypeShare[];
  readonly onType: (type: string) => void;
}

/** Which types the weights are stored in: their shares of the bytes as a picture, and the same as a table. */
export function QuantisationMix({ mix, onType }: QuantisationMixProps): VNode {
  const whole = mix.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = (bytes: number) => percent(bytes / whole);
  const spoken = mix.map(({ type, bytes }) => `${type} ${share(bytes)}`).join(', ');
  return (
    <section aria-labelledby="quantisation">
      <h2 id="quantisation">{l10n.t('Quantization mix')}</h2>
      <StackedBar
        parts={mix.map(({ type, bytes }) => ({ name: type, value: bytes }))}
        spoken={l10n.t('Shares of the bytes: {0}', spoken)}
      />
      <table class="legend">
        <thead>
          <tr>
            <th scope="col">{l10n.t('Type')}</th>
            <th scope="col" class="number">
              {l10n.t('Share of bytes')}
            </th>
            <th scope="col" class="number">
              {l10n.t('Size')}
            </th>
            <th scope="col" class="number">
              {l10n.t('Parameters')}
            </th>
            <th scope="col" class="number">
              {l10n.t('Bits per weight')}
            </th>
            <th scope="col" class="number">
              {l10n.t('Tensors')}
            </th>
          </tr>
        </thead>
        <tbody>
          {mix.map(({ type, bytes, parameters, tensors }, index) => (
            <tr key={type}>
              <th scope="row">
                <Swatch index={index} />{' '}
                <button
                  type="button"
                  class="link mono"
                  title={l10n.t('Show these tensors')}
                  onClick={() => onType(type)}
                >
                  {type}
                </button>
              </th>
              <td class="number">{share(bytes)}</td>
              <td class="number">{size(bytes)}</td>
              <td class="number" title={exact(parameters)}>
                {count(parameters)}
              </td>
              <td class="number">{decimal((8 * bytes) / parameters)}</td>
              <td class="number">{exact(tensors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
