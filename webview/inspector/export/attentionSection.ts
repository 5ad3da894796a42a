import * as l10n from '@vscode/l10n';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { attentionAt, attentionMaps } from '../attention/attentionMaps.ts';
import { tokensByTokens } from '../maps/axes.ts';
import { tabName } from '../names.ts';
import type { View } from '../savedView.ts';
import { mapPictures } from './mapPictures.ts';
import type { ReportSection } from './reportDocument.ts';

/** One head: its maps, and a row for each pair of tokens of which the later reads the earlier. */
export function attentionSection(
  comparison: AttentionComparison,
  prompt: string,
  { shown, spread }: View['attention'],
  changed: boolean,
): ReportSection {
  const { layer, head, tokens } = comparison;
  const labels = tokens.map(({ text }) => visibleToken(text));
  const maps = attentionMaps(comparison, { shown: changed ? shown : 'both', spread }, changed);
  const rows = labels.flatMap((reading, row) =>
    labels.slice(0, row + 1).map((read, column) => {
      const { before, after, difference } = attentionAt(comparison, { row, column });
      return [row, reading, column, read, before, after, difference];
    }),
  );
  return {
    title: tabName('attention'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      ...mapPictures(maps, tokensByTokens(labels)),
      {
        type: 'table',
        title: l10n.t('Layer {0}, head {1}', layer, head ?? 0),
        pictured: true,
        columns: [
          l10n.t('Position'),
          l10n.t('Token'),
          l10n.t('Position read'),
          l10n.t('Token read'),
          l10n.t('Before'),
          l10n.t('After'),
          l10n.t('Difference'),
        ],
        rows,
      },
    ],
  };
}
