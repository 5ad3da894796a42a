import type { InspectedEdit } from '../../../src/protocol/inspector.ts';

/** Where an edit acts: its layers, and the tokens of its subject. */
export interface EditedPlace {
  readonly layers: ReadonlySet<number>;
  readonly tokens: ReadonlySet<number>;
}

/**
 * Where an edit acts in a prompt; no token where the prompt does not name its subject as the tokens spell it.
 *
 * @param texts of the tokens, one behind the other
 */
export function editedPlace(edit: InspectedEdit | null, texts: readonly string[]): EditedPlace {
  const made = edit?.report ?? edit?.made;
  const layers = new Set(made?.layers ?? (made === null || made === undefined ? [] : [made.layer]));
  const subject = edit?.subject ?? '';
  const begin = subject === '' ? -1 : texts.join('').lastIndexOf(subject);
  if (begin < 0) return { layers, tokens: new Set() };
  const tokens = new Set<number>();
  let at = 0;
  for (const [token, text] of texts.entries()) {
    const end = at + text.length;
    if (end > begin && at < begin + subject.length) tokens.add(token);
    at = end;
  }
  return { layers, tokens };
}
