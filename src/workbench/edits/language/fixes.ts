import { findNodeAtLocation, findNodeAtOffset, getNodeValue, type Node } from 'jsonc-parser';
import { uniqueSlugs } from '../../../engine/datasets/slug.ts';
import { likelySubjects } from '../../../engine/inspection/subject.ts';
import type { Prompt } from '../../../protocol/chat.ts';
import { METHODS } from '../../../protocol/methods.ts';
import { wordsOf } from '../../../protocol/promptWords.ts';
import type { TokenSpan } from '../../../protocol/tokens.ts';
import { occurrencesOf } from '../../../text/occurrences.ts';
import type { Finding } from './findings.ts';
import { readTree, type Span } from './jsonTree.ts';
import { promptAt } from './promptAt.ts';
import { spellingIn } from './promptSpans.ts';
import { subjectAtBoundary } from './tokenBoundary.ts';

/** A stretch of the text, and what takes its place. */
export interface Change extends Span {
  readonly text: string;
}

/** A remedy for a finding: what it does in a word, the text that it brings, and the changes. */
export interface Fix {
  readonly kind:
    | 'use'
    | 'rename'
    | 'remove'
    | 'base-digest'
    | 'proposed-layer'
    | 'unique-id'
    | 'checked'
    | 'trim'
    | 'occurrence';
  readonly value: string;
  readonly changes: readonly Change[];
  /** Whether it is surely what was meant. */
  readonly preferred: boolean;
}

/** What fixes may know of the base beyond the file. */
export interface FixContext {
  readonly digest?: string | undefined;
  /** The layer that an edit takes which names none. */
  readonly layer?: number | undefined;
  /** The tokens of a prompt, where the base can say. */
  readonly tokens?: ((prompt: Prompt) => Promise<readonly TokenSpan[] | undefined>) | undefined;
}

/** The remedies for one finding, the best first; none where nothing is obvious. */
export async function fixesFor(text: string, finding: Finding, context: FixContext): Promise<Fix[]> {
  const { root } = readTree(text);
  if (root === undefined) return [];
  const { path, kind, suggestion } = finding;
  const [last, above] = [path.at(-1), path.at(-2)];
  if (kind === 'proposed') return [removing(root, findNodeAtLocation(root, path), 'checked')];
  if (kind === 'trailing-space') return [trimming(root, finding)];
  if (finding.onKey) return keyFixes(root, finding);
  if (suggestion !== undefined) return [replacing(finding, 'use', suggestion, true)];
  if (last === 'method') return METHODS.map((method) => replacing(finding, 'use', method, false));
  if (last === 'digest' && above === 'model') return digestFixes(root, finding, context);
  if (last === 'layer') return layerFixes(root, finding, context);
  const edit =
    path[0] === 'edits' && path.length === 3 ? findNodeAtLocation(root, path.slice(0, 2)) : undefined;
  if (edit === undefined) return [];
  const prompt = promptAt(edit, [root]) ?? '';
  if (kind === 'subject-twice') return occurrenceFixes(edit, prompt, finding);
  if (last === 'id') return [idFix(text, root, edit)];
  return last === 'subject' ? await subjectFixes(edit, prompt, finding, context) : [];
}

function keyFixes(root: Node, finding: Finding): Fix[] {
  const removal = removing(root, finding, 'remove', String(finding.path.at(-1)));
  const { suggestion } = finding;
  return suggestion === undefined ? [removal] : [replacing(finding, 'rename', suggestion, true), removal];
}

function digestFixes(root: Node, finding: Finding, { digest }: FixContext): Fix[] {
  const removal = removing(root, finding, 'remove', 'digest');
  return digest === undefined ? [removal] : [replacing(finding, 'base-digest', digest, false), removal];
}

function layerFixes(root: Node, finding: Finding, { layer }: FixContext): Fix[] {
  const removal = removing(root, finding, 'remove', 'layer');
  if (layer === undefined) return [removal];
  const change = { offset: finding.offset, length: finding.length, text: String(layer) };
  return [{ kind: 'proposed-layer', value: change.text, changes: [change], preferred: false }, removal];
}

function trimming(root: Node, finding: Finding): Fix {
  const node = findNodeAtLocation(root, finding.path);
  const value: unknown = node === undefined ? '' : getNodeValue(node);
  return replacing(finding, 'trim', String(value).replace(/[^\S\n]+$/u, ''), true);
}

/** Names one of the places behind the subject. */
function occurrenceFixes(edit: Node, prompt: Prompt, { offset, length }: Finding): Fix[] {
  const subject = stringAt(edit, 'subject');
  const all = occurrencesOf(wordsOf(prompt), subject);
  return likelySubjects({ prompt, subject }).map((place) => {
    const value = String(all.indexOf(place) + 1);
    const changes = [{ offset: offset + length, length: 0, text: `, "occurrence": ${value}` }];
    return { kind: 'occurrence', value, changes, preferred: false };
  });
}

/** A name after the old one or the subject, that no other edit of the file has. */
function idFix(text: string, root: Node, edit: Node): Fix {
  const others = (findNodeAtLocation(root, ['edits'])?.children ?? [])
    .filter((other) => other !== edit)
    .map((other) => stringAt(other, 'id'));
  const value = uniqueSlugs(others)(stringAt(edit, 'id') || stringAt(edit, 'subject'));
  const old = findNodeAtLocation(edit, ['id']);
  if (old !== undefined) return replacing(old, 'unique-id', value, true);
  const first = edit.children?.[0]?.offset ?? edit.offset + 1;
  // before the first key, with the white space that stands before that
  const added = `"id": "${value}"${edit.children?.length ? `,${text.slice(edit.offset + 1, first)}` : ''}`;
  return { kind: 'unique-id', value, changes: [{ offset: first, length: 0, text: added }], preferred: true };
}

async function subjectFixes(
  edit: Node,
  prompt: Prompt,
  finding: Finding,
  { tokens }: FixContext,
): Promise<Fix[]> {
  const subject = stringAt(edit, 'subject');
  const better =
    finding.kind === 'token-boundary'
      ? subjectAtBoundary(
          { prompt, subject, occurrence: numberAt(edit, 'occurrence') },
          (await tokens?.(prompt)) ?? [],
        )
      : spellingIn(wordsOf(prompt), subject);
  return better === undefined || better === subject ? [] : [replacing(finding, 'use', better, true)];
}

function replacing({ offset, length }: Span, kind: Fix['kind'], value: string, preferred: boolean): Fix {
  return { kind, value, changes: [{ offset, length, text: JSON.stringify(value) }], preferred };
}

/** Takes out the property whose key or value stands there, and the comma that it needs. */
function removing(root: Node, at: Span | undefined, kind: 'remove' | 'checked', value = ''): Fix {
  const property = at && propertyAround(findNodeAtOffset(root, at.offset));
  const siblings = property?.parent?.children ?? [];
  const changes = property === undefined ? [] : [cut(property, siblings, siblings.indexOf(property))];
  return { kind, value, changes, preferred: kind === 'checked' };
}

function cut(property: Node, siblings: readonly Node[], index: number): Change {
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const from = after === undefined && before !== undefined ? endOf(before) : property.offset;
  const to = after === undefined ? endOf(property) : after.offset;
  return { offset: from, length: to - from, text: '' };
}

const endOf = ({ offset, length }: Node): number => offset + length;

const propertyAround = (node: Node | undefined): Node | undefined =>
  node === undefined || node.type === 'property' ? node : propertyAround(node.parent);

function stringAt(node: Node, key: string): string {
  const found = findNodeAtLocation(node, [key]);
  const value: unknown = found === undefined ? undefined : getNodeValue(found);
  return typeof value === 'string' ? value : '';
}

function numberAt(node: Node, key: string): number | undefined {
  const value: unknown = findNodeAtLocation(node, [key])?.value;
  return typeof value === 'number' ? value : undefined;
}
