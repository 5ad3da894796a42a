import type { TreeItem } from 'vscode';
import { RowsTree } from '../trees/rowsTree.ts';
import { changedTensors } from './changedTensors.ts';
import { type ChangedTensors, modelItem } from './modelItems.ts';
import { childrenOf, idOf, type ModelNode } from './modelNodes.ts';
import type { Models } from './models.ts';

/** The sidebar's tree of models: a model, its layers, their tensors. */
export class ModelsTree extends RowsTree<ModelNode> {
  readonly #models: Models;
  #patched: ChangedTensors = new Map();
  #looks = 0;

  constructor(models: Models) {
    super();
    this.#models = models;
    this.add(models.onDidChange(() => void this.#lookAgain()));
  }

  protected known(): Promise<unknown> {
    return this.#models.list();
  }

  protected keyOf(node: ModelNode): string {
    return idOf(node);
  }

  protected below(node?: ModelNode): ModelNode[] {
    if (node === undefined) return this.#models.known().map(({ path }) => ({ kind: 'model', path }));
    const entry = this.#models.get(node.path);
    return entry === undefined ? [] : childrenOf(node, entry);
  }

  protected itemOf(node: ModelNode): TreeItem | undefined {
    const entry = this.#models.get(node.path);
    if (entry === undefined) return undefined;
    return modelItem(node, entry, this.#models.base?.path === node.path, this.#patched);
  }

  async #lookAgain(): Promise<void> {
    const look = ++this.#looks;
    const patched = await changedTensors(this.#models.known());
    if (look !== this.#looks) return;
    this.#patched = patched;
    this.redrawDifferent();
  }
}
