import { l10n, ThemeColor, ThemeIcon } from 'vscode';
import { type Outcome, outcomeOf } from '../../protocol/outcome.ts';
import { strength as written } from '../../text/numbers.ts';
import { onColor } from '../colors.ts';
import type { EditEntry } from './editEntry.ts';

/** What every row, line and list says of an edit. */

/** "on at .5" */
export function saysState({
  state,
  strength = 1,
  place,
}: Pick<EditEntry, 'state' | 'strength' | 'place'>): string {
  if (place !== undefined && place > 0) {
    return place === 1 ? l10n.t('waiting for 1 other') : l10n.t('waiting for {0} others', place);
  }
  switch (state) {
    case 'not-computed':
      return l10n.t('not computed');
    case 'computing':
      return l10n.t('computing');
    case 'computed':
      return l10n.t('computed, off');
    case 'applied':
      return l10n.t('on at {0}', written(strength));
    case 'stale':
      return l10n.t('stale');
    case 'failed':
      return l10n.t('failed');
  }
}

/** What it was measured to do, behind the word that another state was measured where one was. */
export function saysMeasured({
  measured,
  otherState,
}: Pick<EditEntry, 'measured' | 'otherState'>): string | undefined {
  if (measured === undefined) return undefined;
  const { sentence } = outcomeOf(measured.edit);
  return otherState === undefined ? sentence : `${otherState}: ${sentence}`;
}

/** A check only for what was measured as it is, and to be well. */
export function iconOf(entry: Pick<EditEntry, 'state' | 'measured' | 'otherState'>): ThemeIcon {
  switch (entry.state) {
    case 'not-computed':
      return new ThemeIcon('circle-outline');
    case 'computing':
      return new ThemeIcon('loading~spin');
    case 'computed':
      return new ThemeIcon('circle-large-filled');
    case 'applied':
      return iconOn(levelOf(entry));
    case 'stale':
      return new ThemeIcon('warning', new ThemeColor('list.warningForeground'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('errorForeground'));
  }
}

/** Undefined where nothing, or another state, was measured. */
function levelOf({ measured, otherState }: Pick<EditEntry, 'measured' | 'otherState'>) {
  return measured === undefined || otherState !== undefined ? undefined : outcomeOf(measured.edit).level;
}

function iconOn(level: Outcome['level'] | undefined): ThemeIcon {
  switch (level) {
    case 'well':
      return new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed'));
    case 'fails':
      return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    default:
      return new ThemeIcon('record', onColor());
  }
}
