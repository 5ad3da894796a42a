import { openFile } from '../../files/source.ts';
import { readArray, readLongString } from '../../gguf/values.ts';
import type { Checkpoint } from '../../safetensors/checkpoint.ts';
import { readTokenizer } from '../../safetensors/tokenizer.ts';

/** Templates in a list are few; a longer list is no list of templates. */
const maxInList = 64;

/**
 * All chat templates of a checkpoint, by GGUF's keys. Readers differ in which types they take a template of, so a list
 * of texts is read as well.
 */
export async function chatTemplates({
  paths: [first = ''],
  header,
  safetensors,
}: Checkpoint): Promise<Map<string, string>> {
  if (safetensors !== undefined) {
    const { templates } = await readTokenizer(safetensors.shards.folder, safetensors.config);
    return new Map([...templates].map(([name, text]) => [keyOf(name), text]));
  }
  const found = new Map<string, string>();
  await using source = await openFile(first);
  for (const [key, value] of header.metadata) {
    // the names of the other templates stand in a list of their own
    if (!key.startsWith('tokenizer.chat_template') || key === 'tokenizer.chat_templates') continue;
    if (value.type === 'string') found.set(key, value.value);
    else if (value.type === 'long string') found.set(key, await readLongString(source, value));
    else if (value.type === 'array' && value.items === 'string') {
      const items = await readArray(source, value, 0, maxInList);
      for (const [index, item] of items.entries()) found.set(`${key}[${index}]`, String(item));
    }
  }
  return found;
}

const keyOf = (name: string): string => `tokenizer.chat_template${name === 'default' ? '' : `.${name}`}`;
