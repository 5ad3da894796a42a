import path from 'node:path';
import { EditV1, writeEdit } from '../../../formats/edits/v1.ts';
import type { EditsFile } from '../../../protocol/edits.ts';
import { writeWhole } from '../../files/atomicWrite.ts';
import { printJson } from '../../json/printJson.ts';
import type { Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';
import { serialiseEdits } from './editsFile.ts';

/**
 * Writes edits into a file, or with `split` into several of so many edits each: NAME-1.edits.json and so on.
 *
 * @param protect files that are never written
 * @returns the paths of the files
 */
export async function writeEdits(
  target: string,
  { edits, ...head }: EditsFile,
  { split = Math.max(1, edits.length), protect }: { split?: number | undefined; protect: readonly string[] },
  work: Work = {},
): Promise<string[]> {
  const count = Math.max(1, Math.ceil(edits.length / split));
  const written: string[] = [];
  for (let part = 0; part < count; part++) {
    const file = count === 1 ? target : numbered(target, part + 1, count);
    const own = { ...head, edits: edits.slice(part * split, (part + 1) * split) };
    await writeWhole(file, pieces(own, work), { protect });
    written.push(file);
  }
  return written;
}

/** facts.edits.json → facts-03.edits.json, so that names sort as the parts do. */
function numbered(target: string, part: number, count: number): string {
  const name = path.basename(target);
  const extension = /(?:\.edits)?\.json$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  const digits = String(part).padStart(String(count).length, '0');
  return path.join(path.dirname(target), `${stem}-${digits}${extension}`);
}

/** The text that `serialiseEdits` gives, an edit at a time. */
async function* pieces(file: EditsFile, { signal }: Work): AsyncGenerator<string> {
  const [before = '', behind = ''] = serialiseEdits({ ...file, edits: [] }).split(/(?<="edits": \[)(?=\])/);
  yield before;
  for (const [index, edit] of file.edits.entries()) {
    await turn(signal);
    yield `${index === 0 ? '' : ','}\n    ${printJson(EditV1.parse(writeEdit(edit)), '    ')}`;
  }
  yield `${file.edits.length === 0 ? '' : '\n  '}${behind}`;
}
