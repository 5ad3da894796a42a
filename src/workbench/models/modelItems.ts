import path from 'node:path';
import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { inLayer } from '../../engine/gguf/names.ts';
import { paragraphs } from '../../text/labels.ts';
import { bytes } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { onColor } from '../colors.ts';
import type { ModelEntry } from './modelEntry.ts';
import { idOf, layerOf, type ModelNode } from './modelNodes.ts';

/** The names under which a patch changes tensors, by model: `blk.2.ffn_down.weight` and the like. */
export type ChangedTensors = ReadonlyMap<string, ReadonlySet<string>>;

/** How one node of the tree of models looks and reads. */
export function modelItem(
  node: ModelNode,
  entry: ModelEntry,
  isBase: boolean,
  changed: ChangedTensors,
): TreeItem {
  const item = itemOf(node, entry, isBase, changed.get(entry.path) ?? new Set());
  item.id = idOf(node);
  return item;
}

function itemOf(node: ModelNode, entry: ModelEntry, isBase: boolean, on: ReadonlySet<string>): TreeItem {
  switch (node.kind) {
    case 'model':
      return ofModel(entry, isBase);
    case 'layer':
      return ofLayer(node.layer, entry, on);
    case 'rest': {
      const item = new TreeItem(l10n.t('Other Tensors'), TreeItemCollapsibleState.Collapsed);
      item.iconPath = new ThemeIcon('symbol-namespace');
      return item;
    }
    case 'tensor':
      return ofTensor(node.name, entry, on);
  }
}

function ofModel(entry: ModelEntry, isBase: boolean): TreeItem {
  const { name, state, info, applied, uri } = entry;
  const open = state === 'ready' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
  const item = new TreeItem(visible(name), info === undefined ? TreeItemCollapsibleState.None : open);
  const patches = applied.length === 0 ? undefined : patchesOn(applied.length);
  item.description = [isBase ? l10n.t('base') : undefined, stateOf(entry), patches]
    .filter((part) => part !== undefined)
    .join(' · ');
  item.iconPath = iconOf(entry);
  item.resourceUri = uri;
  item.contextValue = `model ${state}${isBase ? ' base' : ''}${applied.length > 0 ? ' patched' : ''}`;
  item.tooltip = tooltipOf(entry);
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  return item;
}

function ofLayer(layer: number, { state, target, targets }: ModelEntry, on: ReadonlySet<string>): TreeItem {
  const item = new TreeItem(l10n.t('Layer {0}', layer), TreeItemCollapsibleState.Collapsed);
  const isTarget = target?.layer === layer;
  const own = targets?.[layer];
  const patched = own?.tensors.some(({ name }) => on.has(name)) === true;
  item.iconPath = new ThemeIcon(isTarget ? 'target' : 'layers', patched ? onColor() : undefined);
  item.contextValue = `layer ${state}${own?.editable ? ' editable' : ''}${isTarget && target.chosen ? ' chosen' : ''}`;
  item.description = [
    isTarget ? (target.chosen ? l10n.t('edit target') : l10n.t('proposed edit target')) : undefined,
    patched ? l10n.t('patch on') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
  const why = isTarget ? target.reason : (own?.reason ?? '');
  item.tooltip = why === '' ? l10n.t('Can be chosen as the edit target.') : why;
  const spoken = [l10n.t('Layer {0}', layer), item.description, why];
  item.accessibilityInformation = { label: spoken.filter((part) => part !== '').join(', ') };
  return item;
}

function ofTensor(
  name: string,
  { info, target, targets, state }: ModelEntry,
  on: ReadonlySet<string>,
): TreeItem {
  const layer = layerOf(name);
  const item = new TreeItem(visible(inLayer(name)?.rest ?? name));
  const tensor = info?.tensors.find((other) => other.name === name);
  const role = targets?.find(({ tensors }) => tensors.some((other) => other.name === name));
  const editable = role?.editable === true;
  const isTarget = editable && target?.layer === layer;
  item.description = [
    `${tensor?.type ?? ''} ${tensor?.shape.join(' × ') ?? ''}`.trim(),
    role === undefined ? undefined : editable ? l10n.t('editable') : l10n.t('not editable'),
    isTarget ? l10n.t('edit target') : undefined,
    on.has(name) ? l10n.t('patch on') : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
  item.iconPath = new ThemeIcon(editable ? 'edit' : 'symbol-array', on.has(name) ? onColor() : undefined);
  item.contextValue = `tensor ${state}${editable ? ' editable' : ''}${isTarget ? ' target' : ''}`;
  item.tooltip = visible(role?.reason ?? name);
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  return item;
}

function stateOf({ state, fraction, stage, loaded }: ModelEntry): string {
  switch (state) {
    case 'header':
      return l10n.t('not loaded');
    case 'loading':
      return fraction === undefined || fraction >= 1
        ? (stage ?? l10n.t('loading'))
        : l10n.t('loading, {0} %', Math.round(100 * fraction));
    case 'ready':
      return l10n.t('ready on {0}', loaded?.device ?? 'cpu');
    case 'failed':
      return l10n.t('failed');
  }
}

function iconOf({ state, applied }: ModelEntry): ThemeIcon {
  switch (state) {
    case 'header':
      return new ThemeIcon('circle-outline');
    case 'loading':
      return new ThemeIcon('loading~spin');
    case 'ready':
      return new ThemeIcon(
        'circle-filled',
        applied.length > 0 ? onColor() : new ThemeColor('testing.iconPassed'),
      );
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('errorForeground'));
  }
}

export function patchesOn(count: number): string {
  return count === 1 ? l10n.t('1 patch on') : l10n.t('{0} patches on', count);
}

/** Text of the file stands in it as text: it never becomes Markdown. */
function tooltipOf({ info, error, path: file, digest }: ModelEntry): MarkdownString {
  const lines: string[] = [];
  const line = (text: string) => lines.push(text);
  line(file);
  if (error !== undefined) line(error);
  if (info === undefined) return new MarkdownString(paragraphs(lines));
  const millions = (info.parameters / 1e6).toLocaleString(undefined, { maximumFractionDigits: 1 });
  const named = info.name === null ? '' : `${info.name}, `;
  line(l10n.t('{0}{1}, {2} layers, {3} million parameters', named, info.architecture, info.layers, millions));
  line(
    l10n.t(
      '{0} on disk, {1} bits per weight, about {2} of memory to load',
      bytes(info.bytes),
      info.bitsPerWeight.toFixed(2),
      bytes(info.memory.total),
    ),
  );
  if (digest !== undefined) line(digest);
  if (info.files.length > 1)
    line(l10n.t('{0} files, starting with {1}', info.files.length, path.basename(file)));
  return new MarkdownString(paragraphs(lines));
}
