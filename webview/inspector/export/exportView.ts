import * as l10n from '@vscode/l10n';
import {
  type AttributionComparison,
  type ExportFormat,
  type InspectorState,
  TABS,
  type Tab,
  type TraceComparison,
} from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { type ChartTheme, printTheme, readTheme } from '../../charts/theme.ts';
import { activationMaps } from '../activations/activationMaps.ts';
import { mostMovedHead } from '../attention/attentionMaps.ts';
import type { InspectorHost } from '../inspectorHost.ts';
import { layersByTokens } from '../maps/axes.ts';
import { editedPlace } from '../maps/editedPlace.ts';
import { factName, stateName } from '../names.ts';
import { chosenIn, type View } from '../savedView.ts';
import { attentionLayerIn, layerIn, positionIn, promptOf, tileSide } from '../useReadings.ts';
import type { Trial } from '../useTrial.ts';
import { activationsSection } from './activationsSection.ts';
import { attentionSection } from './attentionSection.ts';
import { attributionSection } from './attributionSection.ts';
import { csvOf } from './csv.ts';
import { editSection } from './editSection.ts';
import { htmlOf } from './html.ts';
import { lensSection } from './lensSection.ts';
import { localitySection } from './localitySection.ts';
import { mapPictures } from './mapPictures.ts';
import { markdownOf } from './markdown.ts';
import { neuronsSection } from './neuronsSection.ts';
import { documentPng, pngOf } from './picture.ts';
import type { ReportDocument, ReportPicture, ReportSection } from './reportDocument.ts';
import { traceSection } from './traceSection.ts';
import { trySection } from './trySection.ts';

interface Exported {
  readonly host: InspectorHost;
  readonly state: InspectorState;
  readonly view: View;
  readonly trial: Trial;
  /** undefined where nothing was traced; tracing takes too long to be done for an export. */
  readonly traced: TraceComparison | undefined;
  /** Likewise. */
  readonly attributed: AttributionComparison | undefined;
}

/** Saves what the panel shows: the tab in sight, or for HTML all of them. What was not read yet is read for it. */
export async function exportView(exported: Exported, format: ExportFormat): Promise<void> {
  const { host, state, view } = exported;
  const tabs = format === 'html' ? TABS : [view.tab];
  const sections: ReportSection[] = [];
  for (const tab of tabs) {
    const section = await sectionOf(tab, exported);
    if (section !== null) sections.push(section);
  }
  const subject = state.edit?.id ?? state.model.name.replace(/\.gguf$/, '');
  const document = { title: titleOf(state), facts: factsOf(state), sections };
  await host.call('save', {
    format,
    name: format === 'html' ? `${subject}-report` : `${subject}-${view.tab}`,
    content: await contentOf(document, format),
  });
}

async function contentOf(document: ReportDocument, format: ExportFormat): Promise<string | Uint8Array> {
  switch (format) {
    case 'markdown':
      return markdownOf(document);
    case 'csv':
      return csvOf(document);
    case 'html':
      return await htmlOf(document, (picture) => dataUrl(picture, printTheme()));
    case 'png':
      return new Uint8Array(await (await documentPng(document, readTheme())).arrayBuffer());
  }
}

/** null where there is nothing in the tab: not measured, not loaded, nothing tried. */
async function sectionOf(
  tab: Tab,
  { host, state, view, trial, traced, attributed }: Exported,
): Promise<ReportSection | null> {
  const { edit, model, crash } = state;
  const changed = state.change !== null;
  const prompt = promptOf(state, view);
  const readable = model.state === 'ready' && crash === null && prompt !== '';
  switch (tab) {
    case 'locality': {
      const measurement = edit?.measurement == null ? null : await host.call('measurement');
      return measurement === null || edit === null ? null : localitySection(measurement, edit);
    }
    case 'activations': {
      if (!readable) return null;
      const comparison = await host.call('activations', { prompt });
      const drawn = activationMaps(comparison, { ...view.map, shown: changed ? view.map.shown : 'both' });
      const texts = comparison.tokens.map(({ text }) => text);
      const axes = layersByTokens(texts.map(visibleToken), editedPlace(edit, texts));
      const seen = changed ? drawn : { ...drawn, maps: drawn.maps.slice(0, 1) };
      return activationsSection(comparison, prompt, mapPictures(seen, axes));
    }
    case 'lens': {
      if (!readable) return null;
      const lens = await host.call('lens', { prompt, position: positionIn(prompt, view) });
      return lensSection(lens, edit, prompt, changed);
    }
    case 'attention': {
      if (!readable) return null;
      const layer = attentionLayerIn(state, view);
      const head = view.attention.head ?? (await mostMoved(host, prompt, layer));
      const comparison = await host.call('head', { prompt, layer, head });
      return attentionSection(comparison, prompt, view.attention, changed);
    }
    case 'neurons': {
      if (!readable) return null;
      const position = chosenIn(prompt, view.neuronsAt)?.at ?? null;
      const found = await host.call('neurons', { prompt, layer: layerIn(state, view), position });
      return neuronsSection(found, prompt);
    }
    case 'trace':
      return traced === undefined ? null : traceSection(traced, prompt);
    case 'attribution':
      return attributed === undefined ? null : attributionSection(attributed, prompt);
    case 'edit':
      return edit === null || (edit.report ?? edit.made) === null ? null : editSection(edit);
    case 'try':
      return trial.answer.state === 'none' ? null : trySection(trial.answer);
  }
}

/** The head that is seen where none was chosen. */
async function mostMoved(host: InspectorHost, prompt: string, layer: number): Promise<number> {
  return mostMovedHead(await host.call('heads', { prompt, layer, side: tileSide }));
}

function titleOf({ edit, model }: InspectorState): string {
  return edit === null ? model.name : factName(edit);
}

function factsOf({ model, edit, change }: InspectorState): [string, string][] {
  return [
    [l10n.t('Model'), model.name],
    ...(edit === null
      ? []
      : ([
          [l10n.t('Edit'), `${edit.id} (${edit.file})`],
          [l10n.t('State'), stateName(edit)],
          [l10n.t('Prompt'), edit.prompt],
        ] as [string, string][])),
    [l10n.t('After'), change?.label ?? l10n.t('no patch is on')],
    [l10n.t('Exported'), new Date().toISOString().slice(0, 16).replace('T', ' ')],
  ];
}

async function dataUrl(picture: ReportPicture, theme: ChartTheme): Promise<string> {
  const bytes = new Uint8Array(await (await pngOf(picture, theme)).arrayBuffer());
  let text = '';
  for (let from = 0; from < bytes.length; from += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return `data:image/png;base64,${btoa(text)}`;
}
