import { getLocation } from 'jsonc-parser';
import {
  CompletionItem,
  CompletionItemKind,
  type CompletionItemProvider,
  Hover,
  type HoverProvider,
  l10n,
  MarkdownString,
  type Position,
  type TextDocument,
} from 'vscode';
import type { EditTarget } from '../../../protocol/editableLayers.ts';
import { paragraphs } from '../../../text/labels.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import type { Models } from '../../models/models.ts';
import { rangeOf } from './editsDocuments.ts';

/** Offers the layers of the base where a layer is asked for, and says what a layer is where one stands. */
export class LayerHelp implements CompletionItemProvider, HoverProvider {
  readonly #models: Models;

  constructor(models: Models) {
    this.#models = models;
  }

  async provideCompletionItems(document: TextDocument, position: Position): Promise<CompletionItem[]> {
    const location = getLocation(document.getText(), document.offsetAt(position));
    if (location.path.at(-1) !== 'layer' || location.isAtPropertyKey) return [];
    const base = await this.#base();
    if (base === undefined) return [];
    const typed = location.previousNode?.type === 'number' ? location.previousNode : undefined;
    const editable = (base.targets ?? []).filter((target) => target.editable);
    return editable.map((target) => {
      const { layer } = target;
      const item = new CompletionItem(String(layer), CompletionItemKind.Value);
      item.detail = tensorsOf(target);
      item.documentation = describe(base, target);
      item.preselect = base.target?.layer === layer;
      // the edit target first, the others in the order of the layers
      item.sortText = `${item.preselect ? 0 : 1} ${String(layer).padStart(5, '0')}`;
      if (typed !== undefined) item.range = rangeOf(document, typed);
      return item;
    });
  }

  async provideHover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const { path, previousNode } = getLocation(document.getText(), document.offsetAt(position));
    if (path.at(-1) !== 'layer' || previousNode?.type !== 'number') return undefined;
    const base = await this.#base();
    const target = base?.targets?.[Number(previousNode.value)];
    if (base === undefined || target === undefined) return undefined;
    return new Hover(describe(base, target), rangeOf(document, previousNode));
  }

  async #base(): Promise<ModelEntry | undefined> {
    await this.#models.list();
    return this.#models.base;
  }
}

/** What a layer is in the base. Names of the file stand in it as text: they never become Markdown. */
function describe({ name, target: chosen }: ModelEntry, target: EditTarget): MarkdownString {
  const lines: string[] = [];
  const line = (words: string) => lines.push(words);
  line(l10n.t('Layer {0} of {1}: {2}', target.layer, name, tensorsOf(target)));
  if (target.reason !== null) line(target.reason);
  if (chosen?.layer === target.layer) {
    line(
      chosen.chosen
        ? l10n.t('The chosen edit target: {0}.', chosen.reason)
        : l10n.t('The edit target that the engine proposes: {0}.', chosen.reason),
    );
  }
  return new MarkdownString(paragraphs(lines));
}

function tensorsOf({ tensors }: EditTarget): string {
  return tensors.map(({ name, type, shape }) => `${name} ${type} ${shape.join(' × ')}`).join(', ');
}
