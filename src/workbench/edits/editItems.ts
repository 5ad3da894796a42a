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
import type { CounterfactSide, StrictSide } from '../../protocol/measures.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';
import { paragraphs } from '../../text/labels.ts';
import { share } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { ChosenLayer } from '../models/modelEntry.ts';
import { type EditEntry, factOf, type Measurement, shortFactOf } from './editEntry.ts';
import type { ReadEditsFile } from './editsFiles.ts';
import { iconOf, saysMeasured, saysState } from './editWords.ts';
import { rowUri } from './onBadges.ts';

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
        : l10n.t('cannot be read; the edits are those last read');
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

/** How an edit reads in the tree: its fact, its state, where it is made, what it does, and a checkbox that switches it. */
export function editItem(
  entry: EditEntry,
  content: EditsFile | undefined,
  target: ChosenLayer | undefined,
): TreeItem {
  const { key, edit, state, detail, measured, otherState, wished } = entry;
  const item = new TreeItem(shortFactOf(edit));
  item.id = key;
  item.resourceUri = rowUri(key);
  const { method, layer } = madeBy(entry, content, target);
  // what a narrow bar cuts off is at the end
  item.description = [
    saysState(entry),
    layer === undefined ? undefined : l10n.t('layer {0}', layer),
    saysMeasured(entry),
    method,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
  item.iconPath = iconOf(entry);
  item.contextValue = `edit ${state}${edit.safety === undefined ? '' : ' safety'}${measured === undefined ? '' : ' measured'}${otherState === undefined ? '' : ' other'}`;
  item.checkboxState = {
    state: wished ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
    tooltip: switchTitle(entry),
    accessibilityInformation: { label: l10n.t('{0}, applied', factOf(edit)) },
  };
  item.tooltip = tooltipOf(entry);
  item.accessibilityInformation = {
    label: [factOf(edit), item.description, detail].filter((part) => part !== undefined).join(', '),
  };
  return item;
}

function switchTitle({ state, wished }: EditEntry): string {
  if (!wished) return l10n.t('Apply this edit');
  return state === 'applied' ? l10n.t('Revert this edit') : l10n.t('Cancel applying this edit');
}

/** What made the patch or, before there is one, what would make it. */
export function madeBy(
  { edit, made }: EditEntry,
  content: EditsFile | undefined,
  target: ChosenLayer | undefined,
): { readonly method: string | undefined; readonly layer: number | undefined } {
  const method = made?.method ?? edit.method ?? content?.method;
  const layer = made?.layer ?? edit.layer ?? content?.layer ?? target?.layer;
  return { method, layer };
}

/** What it is about, what it was measured to do, and by which measures, with a link that measures it as it is. */
function tooltipOf(entry: EditEntry): MarkdownString {
  const { key, edit, detail, measured, otherState, made } = entry;
  const words = shownPrompt(edit.prompt);
  const lines = [factOf(edit), (words + joined(words, edit.target.new, edit.space)).trim()];
  if (detail !== undefined) lines.push(detail);
  if (made === undefined) lines.push(l10n.t('Not computed yet: the checkbox computes and applies it.'));
  lines.push(saysMeasured(entry) ?? '', ...(measured === undefined ? [] : [measuresOf(measured)]));
  const tooltip = new MarkdownString(paragraphs(lines.filter((line) => line !== '')));
  if (measured === undefined || otherState !== undefined) {
    tooltip.isTrusted = { enabledCommands: ['palimpsest.edits.measure'] };
    const argument = encodeURIComponent(JSON.stringify([key]));
    tooltip.appendMarkdown(`\n\n[${l10n.t('Measure')}](command:palimpsest.edits.measure?${argument})`);
  }
  return tooltip;
}

/** The CounterFact measures with their strict twins. */
function measuresOf({ summary: { counterfact, strict } }: Measurement): string {
  const by = ({ es, ps, ns }: CounterfactSide | StrictSide) =>
    [es, ps, ns].map((one) => share(one?.value)) as [string, string, string];
  return `${l10n.t('CounterFact: ES {0}, PS {1}, NS {2}', ...by(counterfact.after))}; ${l10n.t('by likeliest token: {0}, {1}, {2}', ...by(strict.after))}`;
}
