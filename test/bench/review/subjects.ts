import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { Engine } from '../../../src/engine/engine.ts';
import type { Edit, Method } from '../../../src/protocol/edits.ts';
import { almanac, smollm2 } from '../../models/models.ts';

/** A model that candidates are made from. */
export interface Subject {
  readonly model: string;
  readonly layers: number;
  /** The layer that its edits change. */
  readonly layer: number;
  readonly records: string;
}

export const subjects = {
  almanac: (): Subject => ({
    model: almanac,
    layers: 6,
    layer: 2,
    records: 'samples/almanac/edits-source.json',
  }),
  smollm2: (): Subject => ({
    model: smollm2(),
    layers: 30,
    layer: 3,
    records: 'test/bench/facts-smollm2.json',
  }),
} as const;
export type SubjectName = keyof typeof subjects;

export interface EditPatch {
  readonly edit: Edit;
  readonly file: string;
  readonly method: Method;
}

/** One patch for each of the first `most` records, computed once and kept in `folder`. */
export async function patchesOf(
  { model, records }: Subject,
  method: Method,
  most: number,
  folder: string,
  threads: number,
): Promise<EditPatch[]> {
  const { file } = await importFile('counterfact', records);
  return await patchesFor(model, file.edits.slice(0, most), method, path.join(folder, method), threads);
}

/** One patch for each of the edits. */
export async function patchesFor(
  model: string,
  edits: readonly Edit[],
  method: Method,
  out: string,
  threads: number,
): Promise<EditPatch[]> {
  await mkdir(out, { recursive: true });
  const there = new Set(await readdir(out));
  const missing = edits.filter(({ id }) => !there.has(`${id}.patch.gguf`));
  if (missing.length > 0) {
    using engine = new Engine({ threads });
    await engine.edit({ model, edits: { edits: missing }, method, each: true, out });
  }
  return edits.map((edit) => ({ edit, method, file: path.join(out, `${edit.id}.patch.gguf`) }));
}
