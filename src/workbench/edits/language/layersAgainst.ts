import { getNodeValue } from 'jsonc-parser';
import { checkLayers } from '../../../engine/editing/editsFile/checkLayers.ts';
import { soundEdits } from '../../../engine/editing/editsFile/soundEdits.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import type { EditTarget } from '../../../protocol/editableLayers.ts';
import { readTree } from './jsonTree.ts';

/** What is to be said of the layers that the text of an edits file asks of a model. */
export function layersAgainst(text: string, targets: readonly EditTarget[]): EditProblem[] {
  const { root } = readTree(text);
  return root === undefined ? [] : checkLayers(soundEdits(getNodeValue(root)), targets);
}
