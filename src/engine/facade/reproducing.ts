import path from 'node:path';
import type { EngineParams } from '../../protocol/engine.ts';
import { hyperparametersOf } from '../../protocol/hyperparameterEntries.ts';
import { SomeHyperparameters } from '../../protocol/hyperparameters.ts';
import { isOneOf, METHODS, type Method } from '../../protocol/methods.ts';
import type { PatchDescription, PatchedEdit, Reproduced } from '../../protocol/patches.ts';
import { quoted } from '../../text/visible.ts';
import { computePatch } from '../editing/computePatch.ts';
import { textDigest } from '../editing/describeEdit.ts';
import { hyperparametersFor } from '../editing/hyperparameters/modelDefaults.ts';
import { type PatchFile, readPatch } from '../editing/patches/readPatch.ts';
import { writePatch } from '../editing/patches/writePatch.ts';
import type { PlannedEdit } from '../editing/planEdits.ts';
import { InputError } from '../errors.ts';
import { sameBytes } from '../files/sameBytes.ts';
import { scratchFolder } from '../files/scratchFolder.ts';
import { openFile } from '../files/source.ts';
import { readText } from '../json/readText.ts';
import type { Work } from '../work/progress.ts';
import { maxTextLength } from './editing.ts';
import type { LoadedModel } from './loadedModel.ts';

/**
 * Computes a patch again from what it says of itself, and holds its tensors against those of the file, byte for byte.
 *
 * @throws InputError for a patch of another model, or one that does not say all that it was computed from
 */
export async function reproducePatch(
  { model, session }: LoadedModel,
  { patch: file, text: textFile }: EngineParams['reproduce'],
  work: Work,
): Promise<Reproduced> {
  const patch = await readPatch(file);
  const { description } = patch;
  if (description === undefined || description.edits.length === 0) {
    throw new InputError(`${file} does not say which edits it was computed from.`);
  }
  if (description.base.digest !== (await session.digest(work))) {
    throw new InputError(`${file} was made for another model (${description.base.name}) than ${model.path}.`);
  }
  const { protected: protect, batch } = description.hyperparameters;
  const planned = description.edits.map((edit) => planOf(edit, description, session.files));
  const text = textFile === undefined ? undefined : await readText(textFile, maxTextLength);
  expectText(description, text);
  const options = { protect: protect === true, text, ...(typeof batch === 'number' && { batch }) };
  const { contents } = await computePatch(session, planned, options, work);
  await using scratch = await scratchFolder();
  const again = path.join(scratch.path, 'again.patch.gguf');
  await writePatch(model.runtime, again, contents, session.files.paths);
  const tensors = await compared(patch, await readPatch(again));
  return {
    model: model.path,
    patch: file,
    edits: planned.length,
    identical: tensors.every(({ identical }) => identical),
    tensors,
  };
}

function planOf(
  { id, prompt, subject, occurrence, target, space, layer, inputs = {}, ...edit }: PatchedEdit,
  { hyperparameters: common }: PatchDescription,
  files: LoadedModel['session']['files'],
): PlannedEdit {
  const { method } = edit;
  if (!isOneOf<Method>(METHODS, method)) {
    throw new InputError(`The edit ${quoted(id)} is by ${quoted(method)}, which this version does not know.`);
  }
  const values = { ...common, ...edit.hyperparameters };
  const own = hyperparametersOf(method);
  const missing = own.filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new InputError(
      `The patch does not say with which ${missing.join(', ')} the edit ${quoted(id)} was computed; it was made by an earlier version.`,
    );
  }
  const given = SomeHyperparameters.safeParse(Object.fromEntries(own.map((name) => [name, values[name]])));
  if (!given.success) throw new InputError(`The hyperparameters of the edit ${quoted(id)} are damaged.`);
  const { sameSubject, constraint, donors = [] } = inputs;
  return {
    edit: {
      id,
      prompt,
      subject,
      occurrence,
      target,
      space,
      ...(sameSubject !== undefined && {
        probes: { sameSubject: sameSubject.map((asked) => ({ prompt: asked, target: '' })) },
      }),
      ...(constraint !== undefined && { safety: { constraint } }),
    },
    method,
    layer: { layer, reason: 'as the patch says' },
    hyperparameters: hyperparametersFor(files, [given.data], {}),
    donors,
  };
}

/** @throws InputError where the covariance was taken from a text, and this is not it */
function expectText(
  { hyperparameters: { textDigest: wanted } }: PatchDescription,
  text: string | undefined,
): void {
  const given = text === undefined ? undefined : textDigest(text);
  if (given === wanted) return;
  throw new InputError(
    wanted === undefined
      ? 'The covariance was taken from the model’s own samples; leave --text out.'
      : `The covariance was taken from a text with the SHA-256 ${String(wanted)}; give that text with --text.`,
  );
}

/** The tensors of the file and whether the other has the same bytes in their place. */
async function compared(patch: PatchFile, again: PatchFile): Promise<Reproduced['tensors']> {
  await using source = await openFile(patch.path);
  await using other = await openFile(again.path);
  const found: Reproduced['tensors'] = [];
  for (const { name, offset, byteLength } of patch.header.tensors) {
    const same = again.header.tensors.find((tensor) => tensor.name === name);
    const identical =
      same !== undefined &&
      (await sameBytes(
        { source, offset, byteLength },
        { source: other, offset: same.offset, byteLength: same.byteLength },
      ));
    found.push({ name, identical });
  }
  const names = new Set(found.map(({ name }) => name));
  const added = again.header.tensors.filter(({ name }) => !names.has(name));
  return [...found, ...added.map(({ name }) => ({ name, identical: false }))];
}
