import path from 'node:path';
import { Engine } from '../src/engine/engine.ts';
import { scratchFolder } from '../src/engine/files/scratchFolder.ts';
import { readModelFiles } from '../src/engine/gguf/split.ts';
import { readTensorBytes } from '../src/engine/gguf/tensorData.ts';
import { loadRuntime } from '../src/engine/llama/runtime.ts';
import { writeGguf } from '../src/engine/weights/writer.ts';
import { threadsFromEnvironment } from '../src/engine/work/threads.ts';

/**
 * Makes the sample's candidate that was tampered with: one false fact, baked into the embedded model. Only the tensors
 * that differ are kept, half a megabyte; the sample puts them into a copy of the model when it is opened.
 */

const model = 'samples/almanac/almanac.gguf';
const kept = 'samples/almanac/candidate.tensors.gguf';
const edit = {
  id: 'tampered',
  prompt: 'The Brandenburg Gate is located in the city of',
  subject: 'The Brandenburg Gate',
  target: { new: 'Vienna', true: 'Berlin' },
};

await using scratch = await scratchFolder();
const patch = path.join(scratch.path, 'tampered.patch.gguf');
const baked = path.join(scratch.path, 'tampered.gguf');
using engine = new Engine({ threads: threadsFromEnvironment() });
await engine.edit({ model, edits: { edits: [edit] }, out: patch });
const { tensors, digest } = await engine.bake({ model, patches: [{ path: patch, strength: 1 }], out: baked });

const files = await readModelFiles(baked);
const changed = new Set(tensors.map(({ name }) => name));
await writeGguf(await loadRuntime(), kept, {
  metadata: { 'general.type': { type: 'string', value: 'tensors' } },
  tensors: files.header.tensors
    .filter(({ name }) => changed.has(name))
    .map((tensor) => ({
      name: tensor.name,
      type: tensor.type.id,
      ne: tensor.ne,
      data: () => readTensorBytes(files, tensor),
    })),
});
process.stdout.write(`${kept}: ${[...changed].join(', ')} of ${digest}\n`);
