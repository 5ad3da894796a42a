import { readFile, writeFile } from 'node:fs/promises';
import { readModelFiles } from '../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../src/engine/gguf/tensorData.ts';
import { loadRuntime } from '../../src/engine/llama/runtime.ts';
import { type NewGguf, writeGguf } from '../../src/engine/weights/writer.ts';

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
  const parts: [string, string] = [`${prefix}-00001-of-00002.gguf`, `${prefix}-00002-of-00002.gguf`];
  await writeGguf(runtime, parts[0], { copyFrom: model, metadata: {}, tensors: tensors.slice(0, half) });
  await writeGguf(runtime, parts[1], { metadata: more, tensors: tensors.slice(half) });
  for (const [no, part] of parts.entries()) await addSplitKeys(part, no, tensors.length);
  return parts;
}

/** Puts the keys of a part, in the types that llama.cpp reads them in, before the others of a file without them. */
async function addSplitKeys(part: string, no: number, tensors: number): Promise<void> {
  const bytes = await readFile(part);
  const { header } = await readModelFiles(part);
  const last = header.tensors.at(-1);
  if (last === undefined) throw new Error('a part without tensors');
  // behind its name: how many dimensions, each of them, the type, where the data begin
  const descriptions = bytes.subarray(0, header.dataOffset);
  const end = descriptions.lastIndexOf(last.name) + last.name.length + 4 + 8 * last.ne.length + 4 + 8;
  const keys = [
    key('split.no', 2, 2, no),
    key('split.count', 2, 2, 2),
    key('split.tensors.count', 5, 4, tensors),
  ];
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(bytes.readBigUInt64LE(16) + BigInt(keys.length));
  const start = Buffer.concat([bytes.subarray(0, 16), count, ...keys, bytes.subarray(24, end)]);
  const padding = Buffer.alloc((32 - (start.length % 32)) % 32);
  await writeFile(part, Buffer.concat([start, padding, bytes.subarray(header.dataOffset)]));
}

/** A metadata key as GGUF stores it. @param type its number in the file, for integers of `size` bytes */
function key(name: string, type: number, size: number, value: number): Buffer {
  const bytes = Buffer.alloc(8 + name.length + 4 + size);
  bytes.writeBigUInt64LE(BigInt(name.length));
  bytes.write(name, 8);
  bytes.writeUInt32LE(type, 8 + name.length);
  bytes.writeUIntLE(value, 12 + name.length, size);
  return bytes;
}
