import * as l10n from '@vscode/l10n';
import type { LensComparison } from '../../../src/protocol/engine.ts';
import type { InspectedEdit } from '../../../src/protocol/inspector.ts';
import { probability } from '../../../src/text/numbers.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { lensChart } from '../lens/lensChart.ts';
import { cellsOf, followed, overtakingLayer } from '../lens/overtaking.ts';
import { tabName } from '../names.ts';
import { linePicture } from './linePicture.ts';
import type { ReportSection } from './reportDocument.ts';

/** What the model would say after each layer, and where the new answer overtakes. */
export function lensSection(
  lens: LensComparison,
  edit: InspectedEdit | null,
  prompt: string,
  changed: boolean,
): ReportSection {
  const [before, after] = [cellsOf(lens.before), cellsOf(lens.after)];
  const position = lens.before.positions[0] ?? 0;
  const overtaken = changed ? overtakingLayer(lens.after) : null;
  const tokens = (cell: (typeof before)[number] | undefined) =>
    (cell?.top ?? []).map(({ token, p }) => `${visibleToken(token)} ${probability(p)}`).join(', ');
  const chart = edit === null ? null : lensChart(lens, edit, changed);
  return {
    title: tabName('lens'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      {
        type: 'text',
        title: l10n.t('Read at'),
        text: l10n.t('token {0}: {1}', position, visibleToken(lens.before.tokens[position]?.text ?? '')),
      },
      ...(overtaken === null
        ? []
        : [
            {
              type: 'text' as const,
              title: l10n.t('The new answer overtakes in layer'),
              text: String(overtaken),
            },
          ]),
      ...(chart === null || chart.lines.length === 0
        ? []
        : [linePicture(l10n.t('Log probability by layer'), chart)]),
      {
        type: 'table',
        title: l10n.t('Likeliest tokens by layer'),
        columns: [
          l10n.t('Layer'),
          l10n.t('Before'),
          l10n.t('After'),
          l10n.t('Rank new before'),
          l10n.t('Rank new after'),
          l10n.t('Rank true before'),
          l10n.t('Rank true after'),
        ],
        rows: before.map((cell, layer) => {
          const now = after[layer];
          const [was, is] = [followed(cell), now && followed(now)];
          return [
            layer,
            tokens(cell),
            tokens(now),
            was.new?.rank ?? null,
            is?.new?.rank ?? null,
            was.true?.rank ?? null,
            is?.true?.rank ?? null,
          ];
        }),
      },
    ],
  };
}
