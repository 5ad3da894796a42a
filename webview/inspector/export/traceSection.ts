import * as l10n from '@vscode/l10n';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import type { TraceComparison } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { streamName, tabName } from '../names.ts';
import { traceAxes } from '../trace/traceAxes.ts';
import { traceFacts } from '../trace/traceFacts.ts';
import { TRACED, traceMaps } from '../trace/traceMaps.ts';
import { mapPictures } from './mapPictures.ts';
import type { ReportBlock, ReportSection } from './reportDocument.ts';

/** Both traces with all their effects, and what they do not say. */
export function traceSection({ before, after }: TraceComparison, prompt: string): ReportSection {
  return {
    title: tabName('trace'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      ...traceBlocks(before, l10n.t('Before')),
      ...(after === null ? [] : traceBlocks(after, l10n.t('After'))),
      {
        type: 'text',
        title: l10n.t('Limitations'),
        text: l10n.t(
          'A trace shows where a fact is read. It hardly predicts which layer is best edited (arXiv 2301.04213): do not choose the layer by it.',
        ),
      },
    ],
  };
}

function traceBlocks(trace: CausalTrace, state: string): ReportBlock[] {
  const { tokens, layers, indirect } = trace;
  const titled = (title: string) => `${state}: ${title}`;
  const rows = tokens.flatMap(({ text }, token) =>
    Array.from({ length: layers }, (_, layer) => [
      token,
      visibleToken(text),
      layer,
      ...TRACED.map((kind) => indirect[kind][layer]?.[token] ?? null),
    ]),
  );
  return [
    {
      type: 'table',
      title: titled(l10n.t('The trace')),
      columns: [l10n.t('What'), l10n.t('Value')],
      rows: traceFacts(trace).map(({ name, value }) => [name, value]),
    },
    ...mapPictures(traceMaps(trace), traceAxes(trace)).map((picture) => ({
      ...picture,
      title: titled(picture.title),
    })),
    {
      type: 'table',
      title: titled(l10n.t('Indirect effects')),
      pictured: true,
      columns: [l10n.t('Position'), l10n.t('Token'), l10n.t('Layer'), ...TRACED.map(streamName)],
      rows,
    },
  ];
}
