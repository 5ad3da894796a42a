import path from 'node:path';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';
import { almanac } from '../models.ts';

/** The embedded model with a chat template of its own. */
export async function withTemplate(folder: string, template: string): Promise<string> {
  const to = path.join(folder, 'template.gguf');
  const files = await readModelFiles(almanac);
  await writeGguf(await loadRuntime(), to, {
    metadata: { 'tokenizer.chat_template': { type: 'string', value: template } },
    copyFrom: almanac,
    tensors: files.header.tensors.map((info) => ({
      name: info.name,
      type: info.type.id,
      ne: info.ne,
      data: () => readTensorBytes(files, info),
    })),
  });
  return to;
}
