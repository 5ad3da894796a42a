import { readModelFiles } from '../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../src/engine/gguf/tensorData.ts';
import { type NewGguf, type NewValue, writeGguf } from '../../src/engine/gguf/writer.ts';
import { loadRuntime } from '../../src/engine/llama/runtime.ts';

/** Writes a model of one file in two parts, as `llama-gguf-split` does, and says where they lie. */
export async function splitFile(
  model: string,
  prefix: string,
  more: NewGguf['metadata'] = {},
): Promise<[string, string]> {
  const runtime = await loadRuntime();
  const files = await readModelFiles(model);
  const tensors = files.header.tensors.map((info) => ({
    name: info.name,
    type: info.type.id,
    ne: info.ne,
    data: () => readTensorBytes(files, info),
  }));
  const half = tensors.length >> 1;
  const number = (value: number): NewValue => ({ type: 'uint32', value });
  const keys = (no: number) => ({
    'split.no': number(no),
    'split.count': number(2),
    'split.tensors.count': number(tensors.length),
  });
  const [first, second] = [`${prefix}-00001-of-00002.gguf`, `${prefix}-00002-of-00002.gguf`];
  await writeGguf(runtime, first, { copyFrom: model, metadata: keys(0), tensors: tensors.slice(0, half) });
  await writeGguf(runtime, second, { metadata: { ...keys(1), ...more }, tensors: tensors.slice(half) });
  return [first, second];
}
