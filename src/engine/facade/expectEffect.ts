import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';

/** What is looked at of an edit that was computed. */
interface Computed {
  readonly edit: { readonly id: string };
  readonly computed: { readonly relativeNorm: number; readonly updateNorm: number };
}

/** Passes edits that each change something: where the model answers so already, δ is 0. Errors: `InputError`. */
export function expectEffect(edits: readonly Computed[]): void {
  const without = edits.filter(({ computed }) => computed.relativeNorm === 0 || computed.updateNorm === 0);
  if (without.length === 0) return;
  const ids = without.slice(0, shown).map(({ edit }) => quoted(edit.id));
  const more = without.length > shown ? ` and ${without.length - shown} more` : '';
  throw new InputError(
    `The model answers as ${ids.join(', ')}${more} would have it already, so that nothing is to be written; leave ${without.length === 1 ? 'it' : 'them'} out.`,
  );
}

/** Ids that a sentence names. */
const shown = 5;
