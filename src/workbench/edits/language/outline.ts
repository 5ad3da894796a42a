import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { Prompt } from '../../../protocol/chat.ts';
import type { ReadingKind } from '../../../protocol/probe.ts';
import { maxLength, readTree, type Span } from './jsonTree.ts';
import { promptAt } from './promptAt.ts';

/** A probe where it stands in its file. For `efficacy`, the edit's own prompt. */
interface OutlinedProbe extends Span {
  readonly kind: ReadingKind;
  readonly prompt: Prompt;
  /** What the file says is answered to it. */
  readonly answer: string | undefined;
  /** Its place in the file, as `revealEdit` takes it. */
  readonly path: readonly (string | number)[];
}

/** An edit where it stands in its file, as far as it can be read. */
export interface OutlinedEdit extends Span {
  readonly id: string;
  /** Its place in the list of edits, from 0. */
  readonly index: number;
  readonly prompt: Prompt;
  readonly subject: string;
  readonly occurrence: number | undefined;
  readonly target: { readonly new: string; readonly true: string | undefined };
  readonly probes: readonly OutlinedProbe[];
  /** Where the list of a kind begins: its key. */
  readonly lists: ReadonlyMap<ReadingKind, Span>;
}

/** Kinds that a published protocol judges, in the order in which they are shown; `text` is shown, never judged. */
export const judgedKinds = ['efficacy', 'paraphrase', 'neighbourhood', 'portability', 'sameSubject'] as const;

/** The edits of a text with their places, those without an id left out; an unfinished text gives what it has, one too long to read as one types nothing. */
export function outlineOf(text: string): OutlinedEdit[] {
  if (text.length > maxLength) return [];
  const { root } = readTree(text);
  const edits = root && findNodeAtLocation(root, ['edits']);
  if (root === undefined || edits?.type !== 'array') return [];
  return (edits.children ?? []).flatMap((node, index) => {
    const id = textAt(node, 'id');
    return id === undefined || id === '' ? [] : [editOf(node, index, { id, root })];
  });
}

function editOf(node: Node, index: number, { id, root }: { id: string; root: Node }): OutlinedEdit {
  const prompt = promptAt(node, [root]);
  return {
    id,
    index,
    offset: node.offset,
    length: node.length,
    prompt: prompt ?? '',
    subject: textAt(node, 'subject') ?? '',
    occurrence: numberAt(node, 'occurrence'),
    target: { new: textAt(node, 'target', 'new') ?? '', true: textAt(node, 'target', 'true') },
    probes: [...ownProbe(node, prompt), ...judgedKinds.flatMap((kind) => probesOf(node, kind, root))],
    lists: new Map(judgedKinds.flatMap((kind) => listOf(node, kind))),
  };
}

function ownProbe(edit: Node, prompt: Prompt | undefined): OutlinedProbe[] {
  const node = findNodeAtLocation(edit, ['prompt']);
  if (node === undefined || prompt === undefined) return [];
  const { offset, length } = node;
  return [
    { kind: 'efficacy', prompt, answer: textAt(edit, 'target', 'new'), path: ['prompt'], offset, length },
  ];
}

function probesOf(edit: Node, kind: ReadingKind, root: Node): OutlinedProbe[] {
  const list = findNodeAtLocation(edit, ['probes', kind]);
  if (list?.type !== 'array') return [];
  return (list.children ?? []).flatMap((node, index) => {
    const prompt = promptAt(node, [edit, root]);
    if (prompt === undefined) return [];
    const { offset, length } = node;
    return [{ kind, prompt, answer: textAt(node, 'target'), path: ['probes', kind, index], offset, length }];
  });
}

function listOf(edit: Node, kind: ReadingKind): [ReadingKind, Span][] {
  const key = findNodeAtLocation(edit, ['probes', kind])?.parent?.children?.[0];
  return key === undefined ? [] : [[kind, { offset: key.offset, length: key.length }]];
}

function textAt(node: Node, ...path: string[]): string | undefined {
  const value: unknown = findNodeAtLocation(node, path)?.value;
  return typeof value === 'string' ? value : undefined;
}

function numberAt(node: Node, key: string): number | undefined {
  const value: unknown = findNodeAtLocation(node, [key])?.value;
  return typeof value === 'number' ? value : undefined;
}
