import * as l10n from '@vscode/l10n';
import type { GradientAttribution } from '../../../src/protocol/gradientAttribution.ts';
import type { AttributionComparison } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { attributionFacts } from '../attribution/attributionFacts.ts';
import { attributionMaps, attributionRows } from '../attribution/attributionMaps.ts';
import { tabName } from '../names.ts';
import { traceAxes } from '../trace/traceAxes.ts';
import { mapPictures } from './mapPictures.ts';
import type { ReportBlock, ReportSection } from './reportDocument.ts';

/** Both attributions with all that they found, the lens with them, and what they do not say. */
export function attributionSection({ before, after }: AttributionComparison, prompt: string): ReportSection {
  const both = (found: GradientAttribution, state: string) =>
    (found.lens === null ? (['attributed'] as const) : (['attributed', 'lens'] as const)).flatMap((shown) =>
      blocksOf(found, shown, state),
    );
  return {
    title: tabName('attribution'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      ...both(before, l10n.t('Before')),
      ...(after === null ? [] : both(after, l10n.t('After'))),
      {
        type: 'text',
        title: l10n.t('Limitations'),
        text: l10n.t('Gradients speak of small changes: what a large one would do they give to first order.'),
      },
    ],
  };
}

function blocksOf(found: GradientAttribution, shown: 'attributed' | 'lens', state: string): ReportBlock[] {
  const { tokens, layers } = found;
  const effects = attributionRows(found, shown);
  const what = shown === 'lens' ? l10n.t('Jacobian lens') : l10n.t('Attribution');
  const titled = (title: string) => `${state}: ${title}`;
  return [
    {
      type: 'table',
      title: titled(l10n.t('{0}, in figures', what)),
      columns: [l10n.t('What'), l10n.t('Value')],
      rows: attributionFacts(found).map(({ name, value }) => [name, value]),
    },
    ...mapPictures(attributionMaps(found, effects, shown), traceAxes(found)).map((picture) => ({
      ...picture,
      title: titled(picture.title),
    })),
    {
      type: 'table',
      title: titled(what),
      pictured: true,
      columns: [l10n.t('Position'), l10n.t('Token'), l10n.t('Layer'), ...effects.map(({ name }) => name)],
      rows: tokens.flatMap(({ text }, token) =>
        Array.from({ length: layers }, (_, layer) => [
          token,
          visibleToken(text),
          layer,
          ...effects.map(({ rows }) => rows[layer]?.[token] ?? null),
        ]),
      ),
    },
  ];
}
