import path from 'node:path';
import { Uri } from 'vscode';
import { defaultLayer } from '../../engine/editing/hyperparameters/modelDefaults.ts';
import { editableLayers } from '../../engine/editing/session/editableLayers.ts';
import { information } from '../../engine/facade/information.ts';
import { kindOf } from '../../engine/gguf/kind.ts';
import { readModelFiles } from '../../engine/gguf/split.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { ModelEntry } from './modelEntry.ts';

/**
 * A model as its header describes it: read by position, without native code. A broken header gives an entry that says
 * what is wrong.
 *
 * @returns undefined for a file that is something else than a model, or is not there
 */
export async function readModelHeader(uri: Uri): Promise<ModelEntry | undefined> {
  const entry = { path: uri.fsPath, uri, name: path.basename(uri.fsPath), applied: [] };
  try {
    const files = await readModelFiles(uri.fsPath);
    if (kindOf(files.header) !== 'model') return undefined;
    const [first = uri.fsPath] = files.paths;
    const info = await information(first, false, {});
    const targets = editableLayers(files);
    const editable = targets.some((target) => target.editable);
    const proposed = editable ? { ...defaultLayer(files), chosen: false } : undefined;
    const own = { path: first, uri: Uri.file(first), name: path.basename(first) };
    return { ...entry, ...own, state: 'header', info, targets, proposed, target: proposed };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return { ...entry, state: 'failed', error: sentenceOf(error) };
  }
}

function isAbsent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
