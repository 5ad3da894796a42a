import { l10n, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from 'vscode';
import { label } from '../../text/labels.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import { patchesOn } from '../models/modelItems.ts';
import type { Models } from '../models/models.ts';
import { shownModel } from './shownModel.ts';

/** The status bar's item: a model, its state and its patches. Hidden until there is something to say. */
export class StatusItem extends Disposables {
  readonly #item: StatusBarItem;
  readonly #models: Models;

  constructor(models: Models, engine: EngineService) {
    super();
    this.#models = models;
    this.#item = this.add(window.createStatusBarItem('palimpsest.status', StatusBarAlignment.Left, 10));
    this.#item.name = 'Palimpsest';
    this.#item.command = 'palimpsest.models.focus';
    this.add(models.onDidChange(() => this.#show()));
    this.add(engine.onDidCrash(() => this.#showCrash()));
  }

  #show(): void {
    const { base } = this.#models;
    const shown = shownModel(base, this.#models.known());
    if (shown === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = textOf(shown);
    this.#item.tooltip = shown.error ?? shown.path;
    this.#item.backgroundColor =
      shown.state === 'failed' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.show();
  }

  #showCrash(): void {
    this.#item.text = l10n.t('{0} Palimpsest: engine stopped', '$(error)');
    this.#item.backgroundColor = new ThemeColor('statusBarItem.errorBackground');
    this.#item.show();
  }
}

function textOf({ name: file, state, fraction, applied }: ModelEntry): string {
  const name = label(file);
  switch (state) {
    case 'loading':
      return `$(loading~spin) ${l10n.t('{0}: loading {1} %', name, Math.round(100 * (fraction ?? 0)))}`;
    case 'failed':
      return `$(error) ${l10n.t('{0}: failed', name)}`;
    default:
      return applied.length === 0
        ? `$(circle-filled) ${l10n.t('{0}: no patch on', name)}`
        : `$(layers-active) ${name}: ${patchesOn(applied.length)}`;
  }
}
