import { outcomeOf } from '../../../protocol/outcome.ts';
import type { EditEntry } from '../editEntry.ts';
import type { OutlinedEdit } from './outline.ts';

/** What stands over an edit in its file, from left to right. */
export type Lens =
  | 'state'
  | 'apply'
  | 'revert'
  | 'measure'
  | 'inspect'
  | 'propose'
  | 'save'
  | 'wrong'
  | 'add';

/**
 * The lenses over an edit.
 *
 * @param entry as the workbench knows it; undefined where the text is not saved yet or not valid, or its file not listed
 * @param file whether the workbench knows the file, and whether the text has changes that are not saved
 */
export function lensesOver(
  edit: OutlinedEdit,
  entry: EditEntry | undefined,
  { listed, unsaved }: { readonly listed: boolean; readonly unsaved: boolean },
): Lens[] {
  if (!listed) return edit.index === 0 ? ['add'] : [];
  if (entry === undefined) return [unsaved ? 'save' : 'wrong'];
  if (entry.state === 'computing') return ['state', 'inspect'];
  const hasProbes = edit.probes.some(({ kind }) => kind !== 'efficacy');
  const proposing: Lens[] = hasProbes ? [] : ['propose'];
  return ['state', entry.state === 'applied' ? 'revert' : 'apply', 'measure', 'inspect', ...proposing];
}

/** Changes when, and only when, the lenses over these edits change. */
export function signatureOf(entries: readonly EditEntry[]): string {
  return entries
    .map(({ key, state, detail, strength, place, measured, otherState }) =>
      JSON.stringify([
        key,
        state,
        detail,
        strength,
        place,
        otherState,
        measured && outcomeOf(measured.edit).sentence,
      ]),
    )
    .join('\n');
}
