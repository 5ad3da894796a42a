import { homedir } from 'node:os';
import path from 'node:path';
import { workspace } from 'vscode';
import { modelStem } from '../models/modelStem.ts';
import { fileIn, placeOf, type Side } from './side.ts';

/**
 * What a file that is written about a side is proposed to be called, without its ending: beside the side's own file, and
 * in the workspace's first folder for what lies elsewhere.
 */
export function proposedStem(side: Side): string {
  if (side.kind !== 'reference') return modelStem(placeOf(side));
  const [folder] = workspace.workspaceFolders ?? [];
  return modelStem(path.join(folder?.uri.fsPath ?? homedir(), fileIn(side.name)));
}
