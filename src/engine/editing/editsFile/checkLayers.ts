import type { EditProblem } from '../../../protocol/checks.ts';
import type { EditTarget } from '../../../protocol/editableLayers.ts';
import type { SoundEdits } from './soundEdits.ts';

/** What a model's header has against the layers that edits ask for. */
export function checkLayers({ layers }: SoundEdits, targets: readonly EditTarget[]): EditProblem[] {
  return [...layers.flatMap((asked) => checkLayer(asked, targets)), ...checkModel(targets)];
}

/** One complaint where no layer can be edited, rather than one an edit. */
function checkModel(targets: readonly EditTarget[]): EditProblem[] {
  if (targets.some(({ editable }) => editable)) return [];
  const message = targets[0]?.reason ?? 'The model has no layer that can be edited.';
  return [{ path: [], kind: 'uneditable', severity: 'error', message }];
}

function checkLayer(
  { path, layer }: SoundEdits['layers'][number],
  targets: readonly EditTarget[],
): EditProblem[] {
  const target = targets[layer];
  if (target === undefined) {
    const message = `There is no layer ${layer}: the model has the layers 0 to ${targets.length - 1}.`;
    return [{ path, kind: 'layer-range', severity: 'error', message }];
  }
  if (target.reason === null || !targets.some(({ editable }) => editable)) return [];
  const message = `Layer ${layer} cannot be edited. ${target.reason}`;
  return [{ path, kind: 'uneditable', severity: 'error', message }];
}
