import { PATCH_FORMAT, writeDescription } from '../../../formats/patch/index.ts';
import type { PatchDescription } from '../../../protocol/patches.ts';
import { InputError } from '../../errors.ts';
import { KEYS } from '../../gguf/names.ts';
import { LONG_OWN } from '../../gguf/values.ts';
import { readJson } from '../../json/readJson.ts';
import type { NewValue } from '../../weights/writer.ts';
import { MOST_VALUES } from './readPatch.ts';

/**
 * The metadata of a LoRA adapter with what it says of itself, as `readPatch` reads them. Its alpha is 1.
 *
 * @throws InputError for more edits than could be read again
 */
export function patchMetadata(description: PatchDescription, name: string): Record<string, NewValue> {
  const { base, tool, edits, hyperparameters, measures } = writeDescription(description);
  const text = (value: string): NewValue => ({ type: 'string', value });
  return {
    'general.type': text('adapter'),
    [KEYS.architecture]: text(description.base.architecture),
    [KEYS.name]: text(name),
    'adapter.type': text('lora'),
    'adapter.lora.alpha': { type: 'float32', value: 1 },
    'palimpsest.format': { type: 'uint32', value: PATCH_FORMAT },
    'palimpsest.tool': text(tool),
    'palimpsest.base.digest': text(base.digest),
    'palimpsest.base.name': text(base.name),
    'palimpsest.edits': text(editsText(edits)),
    'palimpsest.hyperparameters': text(JSON.stringify(hyperparameters)),
    ...(measures !== null && { 'palimpsest.measures': text(JSON.stringify(measures)) }),
  };
}

/** The edits as JSON; of thousands without their curves, so that the patch can be read again. */
function editsText(edits: PatchDescription['edits']): string {
  const all = JSON.stringify(edits);
  if (isReadable(all)) return all;
  const text = JSON.stringify(edits.map(({ curve: _, keySimilarity: __, ...edit }) => edit));
  if (isReadable(text)) return text;
  throw new InputError(
    `${edits.length} edits are more than one patch can describe; divide them among several.`,
  );
}

const isReadable = (text: string): boolean =>
  Buffer.byteLength(text) <= LONG_OWN && 'value' in readJson(text, MOST_VALUES);
