import { commands, type TreeItem, TreeItemCheckboxState, type TreeView, type Uri, window } from 'vscode';
import { attempt } from '../engine/messages.ts';
import type { Models } from '../models/models.ts';
import { RowsTree } from '../trees/rowsTree.ts';
import { editItem, fileItem, invalidItem } from './editItems.ts';
import type { Edits } from './edits.ts';

/** A file of edits, one edit by its key, or an edit that is not valid by its place in its file. */
export type EditNode =
  | { readonly kind: 'file'; readonly uri: Uri }
  | { readonly kind: 'edit'; readonly key: string }
  | { readonly kind: 'invalid'; readonly uri: Uri; readonly index: number };

/** The sidebar's tree of edits: files, and in them edits with a checkbox that applies and reverts. */
export class EditsTree extends RowsTree<EditNode> {
  readonly #edits: Edits;
  readonly #models: Models;
  readonly view: TreeView<EditNode>;

  constructor(edits: Edits, models: Models) {
    super();
    this.#edits = edits;
    this.#models = models;
    this.add(edits.onDidChange(() => this.redrawDifferent()));
    this.view = this.add(
      window.createTreeView('palimpsest.edits', {
        treeDataProvider: this,
        showCollapseAll: true,
        manageCheckboxStateManually: true,
      }),
    );
    this.add(this.view.onDidChangeCheckboxState(({ items }) => this.#switch(items)));
    this.add(
      this.view.onDidChangeSelection(
        ({ selection: [node] }) => node?.kind === 'edit' && edits.select(node.key),
      ),
    );
  }

  /** Does what a click on the box of the focused edit does: arrow keys move the focus alone, so it is selected first. */
  async toggleFocused(): Promise<void> {
    await commands.executeCommand('list.select');
    const [node] = this.view.selection;
    const entry = node?.kind === 'edit' ? this.#edits.get(node.key) : undefined;
    if (entry === undefined) return;
    await (entry.wished ? this.#edits.revert(entry.key) : this.#edits.apply(entry.key));
  }

  /** The rows name the layer that the base proposes, so they are drawn once both are known. */
  protected known(): Promise<unknown> {
    return Promise.all([this.#edits.list(), this.#models.list()]);
  }

  protected keyOf(node: EditNode): string {
    switch (node.kind) {
      case 'file':
        return node.uri.toString();
      case 'edit':
        return node.key;
      case 'invalid':
        return `${node.uri.toString()}#${node.index}`;
    }
  }

  protected below(node?: EditNode): EditNode[] {
    if (node === undefined) return this.#edits.files.known().map(({ uri }) => ({ kind: 'file', uri }));
    if (node.kind !== 'file') return [];
    const { uri } = node;
    const rows = this.#edits.of(uri).map(({ key }): EditNode => ({ kind: 'edit', key }));
    // in the order of the places in the file, so that each stands where it stands there
    for (const { index } of this.#edits.files.get(uri)?.invalid ?? [])
      rows.splice(index, 0, { kind: 'invalid', uri, index });
    return rows;
  }

  protected itemOf(node: EditNode): TreeItem | undefined {
    if (node.kind === 'edit') {
      const entry = this.#edits.get(node.key);
      const content = entry && this.#edits.files.get(entry.file)?.content;
      return entry && editItem(entry, content, this.#models.base?.target);
    }
    const file = this.#edits.files.get(node.uri);
    if (node.kind === 'file') return file && fileItem(file);
    const invalid = file?.invalid.find(({ index }) => index === node.index);
    return invalid && invalidItem(node.uri, invalid);
  }

  /** The boxes show what is on or under way, not what was clicked: an edit that cannot be applied is unchecked again. */
  #switch(items: readonly [EditNode, TreeItemCheckboxState][]): void {
    for (const [node, state] of items) {
      if (node.kind !== 'edit') continue;
      const on = state === TreeItemCheckboxState.Checked;
      const switching = attempt(() => (on ? this.#edits.apply(node.key) : this.#edits.revert(node.key)));
      void switching.then(() => this.redraw([node]));
    }
  }
}
