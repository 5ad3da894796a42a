import path from 'node:path';
import { readEditsFile } from '../../engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../engine/errors.ts';
import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import { phases, type Work } from '../../engine/work/progress.ts';
import type { ComparedEditResult, ComparedSide, Comparison, SideReading } from '../../protocol/comparison.ts';
import type { Edit, EditsFile } from '../../protocol/edits.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import type { RequestOf } from '../../protocol/tasks.ts';
import { wishesFor } from '../edits/wishes.ts';
import type { EngineService } from '../engine/engineService.ts';

type Engine = Pick<EngineService, 'quietly'>;
type Both<T> = [T, T];

/** A side whose patch is there, and how it was made. */
interface Ready {
  readonly model: string;
  readonly patches: AppliedPatch[];
  readonly made: Comparison['made'][number];
}

/**
 * Asks both sides the probes of both edits, with nothing else on: what is computed for it lies in a temporary folder.
 *
 * @throws InputError where the file does not hold an edit any more
 */
export async function compareSides(
  engine: Engine,
  { dataset, sides }: RequestOf<'compare'>,
  work: Work,
): Promise<Comparison> {
  const edits = await readEditsFile(dataset);
  await using scratch = await scratchFolder();
  const [first, second, asking] = phases(work, [1, 1, 2]);
  const [one, other] = sides;
  const ready: Both<Ready> = [
    await readied(engine, edits, one, path.join(scratch.path, '1.patch.gguf'), first),
    await readied(engine, edits, other, path.join(scratch.path, '2.patch.gguf'), second),
  ];
  const asked = [...new Set([one.edit, other.edit])].map((id) => editOf(edits, id));
  const parts = phases(
    asking,
    asked.map(() => 1),
  );
  const found: ComparedEditResult[] = [];
  for (const [index, edit] of asked.entries()) {
    found.push(await asOneEdit(engine, edits, edit, ready, parts[index] ?? asking));
  }
  return { made: [ready[0].made, ready[1].made], edits: found };
}

function editOf({ edits }: EditsFile, id: string): Edit {
  const edit = edits.find((one) => one.id === id);
  if (edit === undefined) throw new InputError(`The file no longer has an edit "${id}".`);
  return edit;
}

/** Of another model than the file is for, the same edits are computed all the same: that is what is compared. */
function editsFor({ model: _, ...edits }: EditsFile): EditsFile {
  return edits;
}

async function readied(
  engine: Engine,
  edits: EditsFile,
  { model, edit: id, patch, method, layer, strength }: ComparedSide,
  out: string,
  work: Work,
): Promise<Ready> {
  if (patch === undefined) {
    const wishes = wishesFor(editOf(edits, id), edits, method);
    const computed = await engine.quietly((client) =>
      client.edit({ model, edits: editsFor(edits), only: [id], layer, out, ...wishes }, work),
    );
    const [report] = computed.edits;
    const made = {
      method: report?.method ?? null,
      layer: report?.layer ?? null,
      relativeNorm: report?.relativeUpdateNorm ?? null,
    };
    return { model, patches: [{ path: out, strength }], made };
  }
  const { description } = await engine.quietly((client) => client.patchInfo({ path: patch }, work));
  const made = description?.edits.find((one) => one.id === id) ?? description?.edits[0];
  return {
    model,
    patches: [{ path: patch, strength }],
    made: {
      method: made?.method ?? null,
      layer: made?.layer ?? null,
      relativeNorm: made?.relativeUpdateNorm ?? null,
    },
  };
}

async function asOneEdit(
  engine: Engine,
  edits: EditsFile,
  edit: Edit,
  [one, other]: Both<Ready>,
  work: Work,
): Promise<ComparedEditResult> {
  const [first, second, third, fourth] = phases(work, [4, 1, 4, 1]);
  const measure = ({ model, patches }: Ready, own: Work) =>
    engine.quietly((client) =>
      client.measure({ model, edits: editsFor(edits), only: [edit.id], patches }, own),
    );
  const [before, drawn] = [await measure(one, first), await readSide(engine, edit, one, second)];
  const [after, otherDrawn] = [await measure(other, third), await readSide(engine, edit, other, fourth)];
  return {
    id: edit.id,
    subject: edit.subject.trim(),
    targetNew: edit.target.new.trim(),
    targetTrue: edit.target.true?.trim() ?? null,
    measured: [before, after],
    readings: [drawn, otherDrawn],
  };
}

/** What a side does to the edit's own prompt, by layer. */
async function readSide(
  engine: Engine,
  { prompt, target, space }: Edit,
  { model, patches }: Ready,
  work: Work,
): Promise<SideReading> {
  const of = { model, prompt, patches };
  const targets = [target.new, ...(target.true === undefined ? [] : [target.true])];
  const { tokens, layers, change } = await engine.quietly((client) => client.activations(of, work));
  const { after } = await engine.quietly((client) => client.lens({ ...of, targets, space, top: 1 }, work));
  return {
    tokens: tokens.map(({ text }) => text),
    layers,
    moved: Array.from(change.residual, finite),
    lens: after.layers.map(([cell]) => ({
      new: finite(cell?.targets[0]?.logP),
      true: finite(cell?.targets[1]?.logP),
    })),
  };
}

/** JSON has no NaN. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
