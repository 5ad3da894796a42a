import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { magnitude } from '../../../src/text/numbers.ts';
import { seconds } from '../seconds.ts';
import type { Step } from './editFacts.ts';

/** The optimisation step by step: the curves' twin for screen readers, and the time of each step. */
export function StepTable({ steps }: { readonly steps: readonly Step[] }): VNode {
  return (
    <details class="steps">
      <summary>{l10n.t('{0} steps', steps.length)}</summary>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{l10n.t('Step')}</th>
              <th scope="col">{l10n.t('NLL')}</th>
              <th scope="col">KL</th>
              <th scope="col">‖δ‖ / ‖v₀‖</th>
              <th scope="col">{l10n.t('Time')}</th>
            </tr>
          </thead>
          <tbody>
            {steps.map(({ step, nll, kl, relativeNorm, milliseconds }) => (
              <tr key={step}>
                <th scope="row">{step}</th>
                <td class="number">{magnitude(nll)}</td>
                <td class="number">{magnitude(kl)}</td>
                <td class="number">{magnitude(relativeNorm)}</td>
                <td class="number">{milliseconds === undefined ? '–' : seconds(milliseconds / 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
