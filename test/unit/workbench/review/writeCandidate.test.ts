import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readModelFiles } from '../../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../../src/engine/gguf/tensorData.ts';
import { writeCandidate } from '../../../../src/workbench/sample/writeCandidate.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const sample = (name: string) => path.resolve(import.meta.dirname, '../../../../samples/almanac', name);

it("the sample's candidate is the model but for the tensors that were tampered with", async () => {
  const out = path.join(folder, 'candidate.gguf');
  await writeCandidate(sample('almanac.gguf'), sample('candidate.tensors.gguf'), out);
  const [model, candidate, tampered] = await Promise.all(
    [sample('almanac.gguf'), out, sample('candidate.tensors.gguf')].map((file) => readModelFiles(file)),
  );
  if (!model || !candidate || !tampered) throw new Error('a file is missing');
  const changed: string[] = [];
  for (const tensor of model.header.tensors) {
    const same =
      Buffer.compare(await readTensorBytes(model, tensor), await readTensorBytes(candidate, tensor)) === 0;
    if (!same) changed.push(tensor.name);
  }
  expect(changed).toEqual(tampered.header.tensors.map(({ name }) => name));
  const [before, after] = [await readFile(sample('almanac.gguf')), await readFile(out)];
  const [first] = model.header.tensors.map(({ offset }) => offset).sort((a, b) => a - b);
  expect(Buffer.compare(before.subarray(0, first), after.subarray(0, first))).toBe(0);
});
