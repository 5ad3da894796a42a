import { type Event, EventEmitter, type TreeDataProvider, type TreeItem, Uri } from 'vscode';
import { Disposables } from '../disposables.ts';
import { changedTensors } from './changedTensors.ts';
import type { ModelEntry } from './modelEntry.ts';
import { type ChangedTensors, modelItem } from './modelItems.ts';
import { childrenOf, type ModelNode } from './modelNodes.ts';
import type { Models } from './models.ts';

/** The sidebar's tree of models: a model, its layers, their tensors. */
export class ModelsTree extends Disposables implements TreeDataProvider<ModelNode> {
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;
  readonly #models: Models;
  #patched: ChangedTensors = new Map();

  constructor(models: Models) {
    super();
    this.#models = models;
    this.add(models.onDidChange(() => this.#changed.fire()));
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    if (node === undefined) {
      const entries = await this.#models.list();
      this.#patched = await changedTensors(entries);
      return entries.map(({ path }) => ({ kind: 'model', path }));
    }
    const entry = this.#models.get(node.path);
    return entry === undefined ? [] : childrenOf(node, entry);
  }

  getTreeItem(node: ModelNode): TreeItem {
    const entry = this.#models.get(node.path) ?? gone(node.path);
    return modelItem(node, entry, this.#models.base?.path === node.path, this.#patched);
  }

  getParent(node: ModelNode): ModelNode | undefined {
    return node.kind === 'model' ? undefined : { kind: 'model', path: node.path };
  }
}

/** What VS Code still draws for a moment after a model has left the list. */
function gone(path: string): ModelEntry {
  return { path, uri: Uri.file(path), name: path, state: 'header', applied: [] };
}
