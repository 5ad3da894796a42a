import {
  commands,
  type Event,
  EventEmitter,
  MarkdownString,
  type TreeDataProvider,
  type TreeItem,
  TreeItemCheckboxState,
  type TreeView,
  type Uri,
  window,
} from 'vscode';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import type { Models } from '../models/models.ts';
import { DrawnRows, type Row } from './drawnRows.ts';
import { editItem, fileItem } from './editItems.ts';
import type { Edits } from './edits.ts';

interface FileNode {
  readonly kind: 'file';
  readonly uri: Uri;
}

/** A file of edits, or one edit by its key. */
export type EditNode = FileNode | { readonly kind: 'edit'; readonly key: string };

/** The sidebar's tree of edits: files, and in them edits with a checkbox that applies and reverts. */
export class EditsTree extends Disposables implements TreeDataProvider<EditNode> {
  readonly #changed = this.add(new EventEmitter<EditNode[] | undefined>());
  readonly onDidChangeTreeData: Event<EditNode[] | undefined> = this.#changed.event;
  // VS Code knows a row by the object that it was given, so there is one for each
  readonly #fileNodes = new Map<string, FileNode>();
  readonly #editNodes = new Map<string, EditNode>();
  readonly #drawn = new DrawnRows();
  readonly #edits: Edits;
  readonly #models: Models;
  readonly view: TreeView<EditNode>;

  constructor(edits: Edits, models: Models) {
    super();
    this.#edits = edits;
    this.#models = models;
    this.add(edits.onDidChange(() => this.#drawChanged()));
    this.view = this.add(
      window.createTreeView('palimpsest.edits', {
        treeDataProvider: this,
        showCollapseAll: true,
        manageCheckboxStateManually: true,
      }),
    );
    this.add(this.view.onDidChangeCheckboxState(({ items }) => void this.#switch(items)));
    this.add(
      this.view.onDidChangeSelection(
        ({ selection: [node] }) => node?.kind === 'edit' && edits.select(node.key),
      ),
    );
  }

  async getChildren(node?: EditNode): Promise<EditNode[]> {
    if (node?.kind === 'edit') return [];
    if (node !== undefined) return this.#editsOf(node.uri);
    // the rows name the layer that the base proposes, so they are drawn once both are known
    await Promise.all([this.#edits.list(), this.#models.list()]);
    this.#drawn.differing(this.#rows());
    return this.#files();
  }

  getTreeItem(node: EditNode): TreeItem {
    if (node.kind === 'file') {
      const file = this.#edits.files.get(node.uri);
      return file === undefined ? { label: node.uri.path } : fileItem(file);
    }
    const entry = this.#edits.get(node.key);
    if (entry === undefined) return { label: node.key };
    return editItem(entry, this.#edits.files.get(entry.file)?.content, this.#models.base?.target);
  }

  getParent(node: EditNode): EditNode | undefined {
    const entry = node.kind === 'edit' ? this.#edits.get(node.key) : undefined;
    return entry === undefined ? undefined : this.#fileNode(entry.file);
  }

  /** Does what a click on the box of the focused edit does: arrow keys move the focus alone, so it is selected first. */
  async toggleFocused(): Promise<void> {
    await commands.executeCommand('list.select');
    const [node] = this.view.selection;
    const entry = node?.kind === 'edit' ? this.#edits.get(node.key) : undefined;
    if (entry === undefined) return;
    await (entry.state === 'applied' ? this.#edits.revert(entry.key) : this.#edits.apply(entry.key));
  }

  /** The boxes show what is on, not what was clicked: an edit that cannot be applied stays unchecked. */
  async #switch(items: readonly [EditNode, TreeItemCheckboxState][]): Promise<void> {
    for (const [node, state] of items) {
      if (node.kind === 'file') continue;
      const on = state === TreeItemCheckboxState.Checked;
      await attempt(() => (on ? this.#edits.apply(node.key) : this.#edits.revert(node.key)));
    }
    this.#changed.fire(items.map(([node]) => node));
  }

  #drawChanged(): void {
    const keys = this.#drawn.differing(this.#rows());
    if (keys === undefined) this.#changed.fire(undefined);
    else if (keys.length > 0)
      this.#changed.fire(keys.flatMap((key) => this.#fileNodes.get(key) ?? this.#editNodes.get(key) ?? []));
  }

  #rows(): Row[] {
    return this.#files()
      .flatMap((file) => [file, ...this.#editsOf(file.uri)])
      .map((node) => ({
        key: node.kind === 'file' ? node.uri.toString() : node.key,
        look: lookOf(this.getTreeItem(node)),
      }));
  }

  #files(): FileNode[] {
    return this.#edits.files.known().map(({ uri }) => this.#fileNode(uri));
  }

  #fileNode(uri: Uri): FileNode {
    return kept(this.#fileNodes, uri.toString(), { kind: 'file', uri });
  }

  #editsOf(file: Uri): EditNode[] {
    return this.#edits.of(file).map(({ key }) => kept(this.#editNodes, key, { kind: 'edit', key }));
  }
}

function kept<T>(nodes: Map<string, T>, key: string, fresh: T): T {
  const node = nodes.get(key) ?? fresh;
  nodes.set(key, node);
  return node;
}

/** A tooltip's text does not show when the item is written as JSON. */
function lookOf(item: TreeItem): string {
  const tooltip = item.tooltip instanceof MarkdownString ? item.tooltip.value : item.tooltip;
  return JSON.stringify([item, tooltip]);
}
