import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';

/** What is looked at of an edit that was computed. */
interface Computed {
  readonly edit: { readonly id: string };
  readonly computed: { readonly relativeNorm: number; readonly updateNorm: number };
}

/**
 * Refuses edits of which none changes anything: where the model answers so already, δ is 0. Of a patch that changes
 * something, those that add nothing to it are warned of, since others may have brought their answers along.
 *
 * @throws InputError
 */
export function expectEffect(edits: readonly Computed[], warn: (text: string) => void = () => {}): void {
  const without = edits.filter(({ computed }) => computed.relativeNorm === 0 || computed.updateNorm === 0);
  if (without.length === 0) return;
  const ids = without.slice(0, shown).map(({ edit }) => quoted(edit.id));
  const more = without.length > shown ? ` and ${without.length - shown} more` : '';
  const already = `The model answers as ${ids.join(', ')}${more} would have it already`;
  if (without.length < edits.length) {
    warn(`${already}, so that the patch holds nothing for ${without.length === 1 ? 'it' : 'them'}.`);
    return;
  }
  throw new InputError(
    `${already}, so that nothing is to be written; leave ${without.length === 1 ? 'it' : 'them'} out.`,
  );
}

/** Ids that a sentence names. */
const shown = 5;
