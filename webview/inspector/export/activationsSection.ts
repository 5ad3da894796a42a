import * as l10n from '@vscode/l10n';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import { STREAMS } from '../../../src/protocol/streams.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { cellValues } from '../activations/activationMaps.ts';
import { streamName, tabName } from '../names.ts';
import type { ReportPicture, ReportSection } from './reportDocument.ts';

/** The heatmaps in sight, and the norms of all streams. */
export function activationsSection(
  comparison: ActivationComparison,
  prompt: string,
  pictures: readonly ReportPicture[],
): ReportSection {
  const { tokens, layers } = comparison;
  const rows = STREAMS.flatMap((stream) =>
    tokens.flatMap(({ text }, column) =>
      Array.from({ length: layers }, (_, row) => {
        const { before, after, difference, distance } = cellValues(comparison, stream, { row, column });
        return [streamName(stream), column, visibleToken(text), row, before, after, difference, distance];
      }),
    ),
  );
  return {
    title: tabName('activations'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      ...pictures,
      {
        type: 'table',
        title: l10n.t('Norms'),
        pictured: true,
        columns: [
          l10n.t('Stream'),
          l10n.t('Position'),
          l10n.t('Token'),
          l10n.t('Layer'),
          l10n.t('Before'),
          l10n.t('After'),
          l10n.t('Difference'),
          l10n.t('Distance'),
        ],
        rows,
      },
    ],
  };
}
