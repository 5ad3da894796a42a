import path from 'node:path';
import { type Event, EventEmitter, l10n, ThemeIcon, type TreeDataProvider, TreeItem } from 'vscode';
import type { AppliedPatch } from '../../protocol/model.ts';
import { strength as written } from '../../text/numbers.ts';
import { onColor } from '../colors.ts';
import { Disposables } from '../disposables.ts';
import { factOf } from '../edits/editEntry.ts';
import type { Edits } from '../edits/edits.ts';
import type { Models } from '../models/models.ts';

/** A patch that is on, on a model. */
export interface PatchNode extends AppliedPatch {
  readonly model: string;
  /** Its place in the order in which patches are switched on, from 1. */
  readonly place: number;
}

/** The sidebar's list of what is switched on, in order. */
export class PatchesTree extends Disposables implements TreeDataProvider<PatchNode> {
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChangeTreeData: Event<void> = this.#changed.event;
  readonly #models: Models;
  readonly #edits: Edits;

  constructor(models: Models, edits: Edits) {
    super();
    this.#models = models;
    this.#edits = edits;
    this.add(models.onDidChange(() => this.#changed.fire()));
    this.add(edits.onDidChange(() => this.#changed.fire()));
  }

  async getChildren(node?: PatchNode): Promise<PatchNode[]> {
    if (node !== undefined) return [];
    const entries = await this.#models.list();
    return entries.flatMap(({ path: model, applied }) =>
      applied.map((patch, index) => ({ ...patch, model, place: index + 1 })),
    );
  }

  getTreeItem({ path: file, strength, model, place }: PatchNode): TreeItem {
    const edit = this.#edits.known().find(({ patch }) => patch === file);
    const item = new TreeItem(`${place}. ${edit === undefined ? path.basename(file) : factOf(edit.edit)}`);
    item.id = `${model}#${file}`;
    const several = this.#models.known().filter(({ applied }) => applied.length > 0).length > 1;
    item.description = [several ? path.basename(model) : undefined, l10n.t('strength {0}', written(strength))]
      .filter((part) => part !== undefined)
      .join(' · ');
    item.iconPath = new ThemeIcon('layers-active', onColor());
    item.tooltip = file;
    item.contextValue = edit === undefined ? 'patch' : 'patch edit';
    item.accessibilityInformation = { label: `${item.label}, ${item.description}` };
    return item;
  }
}
