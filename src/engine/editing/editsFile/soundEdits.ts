import * as z from 'zod';
import { EditV1, readEdit } from '../../../formats/edits/v1.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import { Edit, EditsFile } from '../../../protocol/edits.ts';

/** The parts of an edits file that are right, whatever is wrong with the rest. */
export interface SoundEdits {
  readonly model: EditsFile['model'];
  /** The layers that are asked for, of edits in which something else is wrong as well. */
  readonly layers: readonly { readonly path: EditProblem['path']; readonly layer: number }[];
  /** By their places in the file. */
  readonly edits: ReadonlyMap<number, Edit>;
}

const AnyFile = z.object({
  model: EditsFile.shape.model.catch(undefined),
  layer: EditsFile.shape.layer.catch(undefined),
  chat: z.boolean().optional().catch(undefined),
  edits: z.array(z.unknown()).catch([]),
});

const AnyEdit = z.object({ layer: Edit.shape.layer.catch(undefined) }).catch({});

export function soundEdits(value: unknown): SoundEdits {
  const { success, data } = AnyFile.safeParse(value);
  const edits = new Map<number, Edit>();
  const layers: SoundEdits['layers'][number][] = [];
  if (data?.layer !== undefined) layers.push({ path: ['layer'], layer: data.layer });
  for (const [index, item] of (success ? data.edits : []).entries()) {
    const { layer } = AnyEdit.parse(item);
    if (layer !== undefined) layers.push({ path: ['edits', index, 'layer'], layer });
    const edit = EditV1.safeParse(item);
    if (edit.success) edits.set(index, readEdit(edit.data, data?.chat));
  }
  return { model: data?.model, layers, edits };
}
