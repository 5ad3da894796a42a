import { createHash } from 'node:crypto';
import path from 'node:path';
import { shownPrompt } from '../../protocol/promptWords.ts';
import type { EditStatement } from '../../protocol/provenance.ts';
import { readPatch } from '../editing/patches/readPatch.ts';
import { InputError } from '../errors.ts';
import { digestFile, digestFiles } from '../files/digest.ts';
import { expectModel } from '../gguf/kind.ts';
import { readModelFiles } from '../gguf/split.ts';
import { readTensorBytes } from '../gguf/tensorData.ts';
import { toolVersion } from '../version.ts';
import { phases, type Work } from '../work/progress.ts';
import { rebuilds } from './rebuild.ts';

/**
 * What was edited, for whoever signs the candidate: base, patches and every tensor that differs. It is written down
 * only where the base with the patches is the candidate and nothing else.
 *
 * @throws InputError where it is not
 */
export async function editStatement(
  base: string,
  patches: readonly string[],
  candidate: string,
  work: Work = {},
): Promise<EditStatement> {
  const [rebuilding, first, second] = phases(work, [3, 1, 1]);
  const baseFiles = await readModelFiles(base);
  const candidateFiles = await readModelFiles(candidate);
  expectModel(candidateFiles.header);
  if (!(await rebuilds(base, patches, candidate, rebuilding))) {
    throw new InputError(
      `${candidate} is not ${base} with these patches alone, so the edits cannot be declared as all that happened to it.`,
    );
  }
  const others = new Map(candidateFiles.header.tensors.map((tensor) => [tensor.name, tensor]));
  const tensors: EditStatement['tensors'] = [];
  for (const tensor of baseFiles.header.tensors) {
    const other = others.get(tensor.name);
    if (other === undefined) continue;
    const before = sha256(await readTensorBytes(baseFiles, tensor));
    const after = sha256(await readTensorBytes(candidateFiles, other));
    if (before !== after) tensors.push({ name: tensor.name, before, after });
  }
  return {
    base: { digest: await digestFiles(baseFiles.paths, first), name: path.basename(base) },
    candidate: await digestFiles(candidateFiles.paths, second),
    patches: await Promise.all(patches.map((patch) => declared(patch, { signal: work.signal }))),
    tensors,
    tool: toolVersion,
  };
}

async function declared(patch: string, work: Work): Promise<EditStatement['patches'][number]> {
  const { description } = await readPatch(patch);
  const edits = (description?.edits ?? []).map(({ id, prompt, subject, target, method, layer }) => ({
    id,
    prompt: shownPrompt(prompt),
    subject,
    target: target.true === undefined ? { new: target.new } : { new: target.new, true: target.true },
    method,
    layer,
  }));
  return { digest: await digestFile(patch, work), edits };
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
