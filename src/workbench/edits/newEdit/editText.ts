import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { InputError } from '../../../engine/errors.ts';
import { printJson } from '../../../engine/json/printJson.ts';
import { EditV1, writeEdit } from '../../../formats/edits/v1.ts';
import type { Edit } from '../../../protocol/edits.ts';
import type { Change } from '../language/fixes.ts';
import { readTree } from '../language/jsonTree.ts';

/** Puts an edit behind those that a file holds, whose text stays as it is. @throws InputError for no edits file */
export function addition(text: string, edit: Edit): Change {
  const list = editsIn(text);
  const last = list.children?.at(-1);
  if (last === undefined) {
    const [outer, inner] = [indentOf(text, list), `${indentOf(text, list)}  `];
    return {
      offset: list.offset,
      length: list.length,
      text: `[\n${inner}${printed(text, edit, inner)}\n${outer}]`,
    };
  }
  const indent = indentOf(text, last);
  return { offset: last.offset + last.length, length: 0, text: `,\n${indent}${printed(text, edit, indent)}` };
}

/** Puts an edit in the place of the one of the same id. @throws InputError where there is none */
export function replacement(text: string, edit: Edit): Change {
  const node = editsIn(text).children?.find((child) => findNodeAtLocation(child, ['id'])?.value === edit.id);
  if (node === undefined) throw new InputError(`There is no edit "${edit.id}" in the file any more.`);
  return { offset: node.offset, length: node.length, text: printed(text, edit, indentOf(text, node)) };
}

function editsIn(text: string): Node {
  const { root } = readTree(text);
  const list = root === undefined ? undefined : findNodeAtLocation(root, ['edits']);
  if (list?.type === 'array') return list;
  throw new InputError('The file has no list of edits; correct it first.');
}

/** Keys in the order of the schema, a probe a line, as all edits files are written. */
function printed(text: string, edit: Edit, indent: string): string {
  const { root } = readTree(text);
  const chat: unknown = root && findNodeAtLocation(root, ['chat'])?.value;
  return printJson(EditV1.parse(writeEdit(edit, chat === true)), indent);
}

/** The white space before the first word of the line that a value begins on. */
function indentOf(text: string, { offset }: Node): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
