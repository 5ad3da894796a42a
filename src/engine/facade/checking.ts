import path from 'node:path';
import type { EditProblem } from '../../protocol/checks.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { knownDigest } from '../cache/knownDigest.ts';
import { checkEdits } from '../editing/editsFile/checkEdits.ts';
import { plainValue } from '../editing/editsFile/editsFile.ts';
import { soundEdits } from '../editing/editsFile/soundEdits.ts';
import { editableLayers } from '../editing/session/editableLayers.ts';
import { architectureOf, numberOf } from '../gguf/header.ts';
import type { Work } from '../work/progress.ts';
import type { Vocabularies } from './vocabularies.ts';

/**
 * What a model has against edits, from its header and its vocabulary alone. What is wrong with the file's form is not
 * said again: parts that are not right are passed over. The digest is computed only where the edits name one.
 */
export async function problemsWith(
  vocabularies: Vocabularies,
  model: string,
  { edits }: Pick<EngineParams['checkEdits'], 'edits'>,
  work: Work,
): Promise<EditProblem[]> {
  const sound = soundEdits(typeof edits === 'string' ? plainValue(edits) : edits);
  const paths = await vocabularies.with(model, ({ files }) => files.paths);
  const digest = sound.model?.digest === undefined ? undefined : await knownDigest(paths, work);
  return await vocabularies.with(model, ({ files, ...asked }) => {
    const architecture = architectureOf(files.header);
    const contextLength = numberOf(files.header, `${architecture}.context_length`);
    return checkEdits(sound, {
      ...asked,
      name: path.basename(model),
      digest,
      targets: editableLayers(files),
      contextLength: contextLength ?? Number.POSITIVE_INFINITY,
    });
  });
}
