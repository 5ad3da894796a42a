import * as l10n from '@vscode/l10n';
import type { KeyValues, NeuronState } from '../../../src/protocol/activations.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { tabName } from '../names.ts';
import type { ReportSection } from './reportDocument.ts';

/** The strongest key-value pairs at a token, before and after. */
export function neuronsSection({ tokens, layer, position, pairs }: KeyValues, prompt: string): ReportSection {
  const token = visibleToken(tokens[position]?.text ?? '');
  const cells = ({ activation, written, promotes }: NeuronState) => [
    activation,
    written,
    promotes.map((promoted) => visibleToken(promoted.token)).join(' '),
  ];
  return {
    title: tabName('neurons'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      {
        type: 'table',
        title: l10n.t('Layer {0}, token {1}: {2}', layer, position, token),
        columns: [
          l10n.t('Neuron'),
          l10n.t('Activation before'),
          l10n.t('Written before'),
          l10n.t('Promotes before'),
          l10n.t('Activation after'),
          l10n.t('Written after'),
          l10n.t('Promotes after'),
          l10n.t('Value moved'),
        ],
        rows: pairs.map(({ neuron, before, after, moved }) => [
          neuron,
          ...cells(before),
          ...cells(after),
          moved,
        ]),
      },
    ],
  };
}
