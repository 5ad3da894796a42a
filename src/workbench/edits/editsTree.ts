import {
  commands,
  type Event,
  EventEmitter,
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
import { editItem, fileItem } from './editItems.ts';
import type { Edits } from './edits.ts';

/** A file of edits, or one edit by its key. */
export type EditNode =
  | { readonly kind: 'file'; readonly uri: Uri }
  | { readonly kind: 'edit'; readonly key: string };

/** The sidebar's tree of edits: files, and in them edits with a checkbox that applies and reverts. */
export class EditsTree extends Disposables implements TreeDataProvider<EditNode> {
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;
  readonly #edits: Edits;
  readonly #models: Models;
  readonly view: TreeView<EditNode>;

  constructor(edits: Edits, models: Models) {
    super();
    this.#edits = edits;
    this.#models = models;
    this.add(edits.onDidChange(() => this.#changed.fire()));
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
    if (node === undefined) {
      await this.#edits.list();
      return this.#edits.files.known().map(({ uri }) => ({ kind: 'file', uri }));
    }
    return node.kind === 'edit' ? [] : this.#edits.of(node.uri).map(({ key }) => ({ kind: 'edit', key }));
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
    return entry === undefined ? undefined : { kind: 'file', uri: entry.file };
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
    this.#changed.fire();
  }
}
