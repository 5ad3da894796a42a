import path from 'node:path';
import {
  l10n,
  MarkdownString,
  Position,
  Range,
  type TextDocumentShowOptions,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  type Uri,
} from 'vscode';
import type { InvalidEdit } from '../../engine/editing/editsFile/validEdits.ts';
import { joined } from '../../engine/inspection/joining.ts';
import { pathName } from '../../engine/json/json.ts';
import type { EditsFile } from '../../protocol/edits.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';
import { paragraphs } from '../../text/labels.ts';
import { visible } from '../../text/visible.ts';
import type { ChosenLayer } from '../models/modelEntry.ts';
import { type EditEntry, type EditState, factOf } from './editEntry.ts';
import type { ReadEditsFile } from './editsFiles.ts';

/** How an edits file reads in the tree. */
export function fileItem({ uri, content, error }: ReadEditsFile): TreeItem {
  const collapsible =
    content === undefined ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded;
  const item = new TreeItem(visible(path.basename(uri.fsPath)), collapsible);
  item.id = uri.toString();
  item.resourceUri = uri;
  item.iconPath =
    error === undefined ? ThemeIcon.File : new ThemeIcon('error', new ThemeColor('errorForeground'));
  item.contextValue = error === undefined ? 'editsFile' : 'editsFile broken';
  item.description =
    error === undefined
      ? visible(content?.model?.name ?? '')
      : content === undefined
        ? l10n.t('cannot be read')
        : l10n.t('cannot be read now; its edits as they were');
  if (error !== undefined) {
    item.tooltip = visible(error);
    item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [uri] };
  }
  return item;
}

/** How an edit that is not valid reads in the tree; a click leads to what is wrong. */
export function invalidItem(uri: Uri, { index, id, problem }: InvalidEdit): TreeItem {
  const item = new TreeItem(visible(id ?? l10n.t('Edit {0}', index + 1)));
  item.id = `${uri.toString()}#${index}`;
  item.description = l10n.t('not valid');
  item.iconPath = new ThemeIcon('error', new ThemeColor('errorForeground'));
  item.contextValue = 'invalid';
  const where = pathName(problem.path.slice(2));
  item.tooltip = visible(where === '' ? problem.message : `${where}: ${problem.message}`);
  item.accessibilityInformation = { label: [item.label, item.description, item.tooltip].join(', ') };
  const at = new Position(problem.line - 1, problem.column - 1);
  const options: TextDocumentShowOptions = { selection: new Range(at, at) };
  item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [uri, options] };
  return item;
}

/** How an edit reads in the tree: its fact, how and where it is made, its state, and a checkbox that switches it. */
export function editItem(
  entry: EditEntry,
  content: EditsFile | undefined,
  target: ChosenLayer | undefined,
): TreeItem {
  const { key, edit, state, detail, measured } = entry;
  const item = new TreeItem(factOf(edit));
  item.id = key;
  item.description = [methodAndLayer(entry, content, target), saysState(state)]
    .filter((part) => part !== '')
    .join(' · ');
  item.iconPath = iconOf(state);
  item.contextValue = `edit ${state}${measured === undefined ? '' : ' measured'}`;
  item.checkboxState = {
    state: state === 'applied' ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
    tooltip: state === 'applied' ? l10n.t('Revert this edit') : l10n.t('Apply this edit'),
    accessibilityInformation: { label: l10n.t('{0}, applied', factOf(edit)) },
  };
  item.tooltip = tooltipOf(entry);
  item.accessibilityInformation = {
    label: [factOf(edit), item.description, detail].filter((part) => part !== undefined).join(', '),
  };
  return item;
}

/** What made the patch or, before there is one, what would make it. */
function methodAndLayer(
  { edit, made }: EditEntry,
  content: EditsFile | undefined,
  target: ChosenLayer | undefined,
): string {
  const method = made?.method ?? edit.method ?? content?.method;
  const layer = made?.layer ?? edit.layer ?? content?.layer ?? target?.layer;
  return [method, layer === undefined ? undefined : l10n.t('layer {0}', layer)]
    .filter((part) => part !== undefined)
    .join(' · ');
}

export function saysState(state: EditState): string {
  switch (state) {
    case 'not-computed':
      return l10n.t('not computed');
    case 'computing':
      return l10n.t('computing');
    case 'computed':
      return l10n.t('computed');
    case 'applied':
      return l10n.t('applied');
    case 'stale':
      return l10n.t('stale');
    case 'failed':
      return l10n.t('failed');
  }
}

export function iconOf(state: EditState): ThemeIcon {
  switch (state) {
    case 'not-computed':
      return new ThemeIcon('circle-outline');
    case 'computing':
      return new ThemeIcon('loading~spin');
    case 'computed':
      return new ThemeIcon('circle-large-filled');
    case 'applied':
      return new ThemeIcon('pass-filled', new ThemeColor('charts.orange'));
    case 'stale':
      return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('errorForeground'));
  }
}

function tooltipOf({ edit, detail, measured, made }: EditEntry): MarkdownString {
  const lines: string[] = [];
  const line = (text: string) => lines.push(text);
  const words = shownPrompt(edit.prompt);
  line((words + joined(words, edit.target.new, edit.space)).trim());
  if (detail !== undefined) line(detail);
  if (made === undefined) line(l10n.t('Not computed yet: the checkbox computes and applies it.'));
  if (measured !== undefined) {
    const { es, ps, ns, generationMatch, asChat, asText } = measured.edit;
    const told = (matches: boolean) => (matches ? l10n.t('yes') : l10n.t('no'));
    const share = (value: number | null) => (value === null ? '–' : value.toFixed(2));
    line(
      l10n.t(
        'Measured (CounterFact): ES {0}, PS {1}, NS {2}; the answer is generated: {3}',
        share(es),
        share(ps),
        share(ns),
        told(generationMatch),
      ),
    );
    if (asText !== null) {
      line(l10n.t('As text, the answer is given: {0}', told(asText.generationMatch)));
    } else if (asChat !== null) {
      line(l10n.t('As chat, the answer is given: {0}', told(asChat.generationMatch)));
    }
  }
  return new MarkdownString(paragraphs(lines));
}
