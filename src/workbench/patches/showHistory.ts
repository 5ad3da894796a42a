import path from 'node:path';
import { l10n, type QuickPickItem, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { probesOf } from '../../engine/inspection/probes.ts';
import { otherState } from '../../protocol/otherState.ts';
import { outcomeOf } from '../../protocol/outcome.ts';
import { label } from '../../text/labels.ts';
import { strength as written } from '../../text/numbers.ts';
import { type EditEntry, factOf } from '../edits/editEntry.ts';
import type { Edits } from '../edits/edits.ts';
import type { Switched } from '../models/windowMemory.ts';
import type { SwitchLog } from './switchLog.ts';
import type { SwitchPatches } from './switchPatches.ts';

/** Lists what was on, and when; what is chosen is put back, which can be undone as any switch can. */
export async function showHistory(log: SwitchLog, switching: SwitchPatches, edits: Edits): Promise<void> {
  const all = await edits.list();
  const items = log.list().map((switched) => ({ ...itemOf(switched, all), switched }));
  if (items.length === 0)
    throw new InputError(l10n.t('Nothing was applied or reverted in this workspace yet.'));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose a state to restore'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked !== undefined) await switching.restore(picked.switched);
}

function itemOf(switched: Switched, edits: readonly EditEntry[]): QuickPickItem {
  const { title, at, model, patches } = switched;
  const on = patches.map((patch) => patchText(switched, patch, edits));
  return {
    label: label(title),
    description: `${new Date(at).toLocaleString()} · ${label(path.basename(model))}`,
    detail: on.length === 0 ? l10n.t('no patch on') : on.map(label).join(' | '),
  };
}

/** "Eiffel Tower: Paris → Rome at .5, rome: Works: Rome 97.8 %. ..."; the sentence only where it was measured just so. */
function patchText(
  { patches }: Switched,
  { path: own, strength }: Switched['patches'][number],
  edits: readonly EditEntry[],
): string {
  const entry = edits.find(({ patch }) => patch === own);
  if (entry === undefined) return l10n.t('{0} at {1}', path.basename(own), written(strength));
  const { edit, made, measured } = entry;
  const fact = l10n.t('{0} at {1}', factOf(edit), written(strength));
  const shown = { base: undefined, patches, own, on: true, probes: probesOf(edit) };
  const isMeasured = measured !== undefined && otherState(measured.edit, shown) === null;
  const method = made === undefined ? fact : `${fact}, ${made.method}`;
  return isMeasured ? `${method}: ${outcomeOf(measured.edit).sentence}` : method;
}
