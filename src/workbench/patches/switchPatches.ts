import path from 'node:path';
import { l10n, window } from 'vscode';
import type { AppliedPatch } from '../../protocol/model.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Models } from '../models/models.ts';
import type { Switched } from '../models/windowMemory.ts';
import type { History } from './history.ts';
import type { SwitchLog } from './switchLog.ts';

/** Switches patches on and off so that each switch can be undone, and gone back to later. */
export class SwitchPatches {
  readonly models: Models;
  readonly #history: History;
  readonly #log: SwitchLog;

  constructor(models: Models, history: History, log: SwitchLog) {
    this.models = models;
    this.#history = history;
    this.#log = log;
  }

  /**
   * Switches a patch on, or gives it another strength.
   *
   * @param name what people call it; the file's name without
   * @throws InputError for a file that is no patch, or one for another base
   */
  async apply(model: string, { path: patch, strength }: AppliedPatch, name?: string): Promise<void> {
    const title = l10n.t('Apply {0} at strength {1}', name ?? path.basename(patch), strength);
    await this.#switch(title, model, () => this.models.apply(model, [{ path: patch, strength }]));
    await warnOf(patch);
  }

  /** Switches one patch off. */
  async revert(model: string, patch: string, name?: string): Promise<void> {
    const title = l10n.t('Revert {0}', name ?? path.basename(patch));
    await this.#switch(title, model, () => this.models.revert(model, patch));
  }

  /** Switches off all that is on. */
  async revertAll(model: string): Promise<void> {
    await this.#switch(l10n.t('Revert all patches'), model, () => this.models.revert(model));
  }

  /** Makes exactly that be on which was on once. */
  async restore({ title, model, patches }: Switched): Promise<void> {
    await this.#switch(l10n.t('Restore "{0}"', title), model, () => this.models.switchTo(model, patches));
  }

  async #switch(title: string, model: string, change: () => Promise<ModelEntry>): Promise<void> {
    const { applied: before } = await this.models.load(model);
    const { applied: after } = await change();
    this.#history.push({
      title,
      undo: () => this.models.switchTo(model, before),
      redo: () => this.models.switchTo(model, after),
    });
    this.#log.add({ title, at: Date.now(), model, patches: after });
  }
}

/** Says what llama.cpp does otherwise with a patch than its maker meant. */
async function warnOf(patch: string): Promise<void> {
  const { readPatch } = await import('../../engine/editing/patches/readPatch.ts');
  const { warnings } = await readPatch(patch);
  for (const warning of warnings) void window.showWarningMessage(warning);
}
