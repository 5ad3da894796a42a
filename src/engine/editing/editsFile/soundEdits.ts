import * as z from 'zod';
import { EditV1, readEdit } from '../../../formats/edits/v1.ts';
import { type Edit, EditsFile } from '../../../protocol/edits.ts';

/** The parts of an edits file that are right, whatever is wrong with the rest. */
export interface SoundEdits {
  readonly model: EditsFile['model'];
  readonly layer: EditsFile['layer'];
  /** By their places in the file. */
  readonly edits: ReadonlyMap<number, Edit>;
}

const AnyFile = z.object({
  model: EditsFile.shape.model.catch(undefined),
  layer: EditsFile.shape.layer.catch(undefined),
  chat: z.boolean().optional().catch(undefined),
  edits: z.array(z.unknown()).catch([]),
});

export function soundEdits(value: unknown): SoundEdits {
  const { success, data } = AnyFile.safeParse(value);
  const edits = new Map<number, Edit>();
  for (const [index, item] of (success ? data.edits : []).entries()) {
    const edit = EditV1.safeParse(item);
    if (edit.success) edits.set(index, readEdit(edit.data, data?.chat));
  }
  return { model: data?.model, layer: data?.layer, edits };
}
