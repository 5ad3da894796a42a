import { findNodeAtLocation, getNodeValue, type JSONPath, modify, type Node } from 'jsonc-parser';
import { uniqueSlugs } from '../../../engine/datasets/slug.ts';
import { METHODS } from '../../../protocol/edits.ts';
import type { TokenSpan } from '../../../protocol/tokens.ts';
import type { Finding } from './findings.ts';
import { readTree, type Span } from './jsonTree.ts';
import { spellingIn } from './promptSpans.ts';
import { subjectAtBoundary } from './tokenBoundary.ts';

/** A stretch of the text, and what takes its place. */
export interface Change extends Span {
  readonly text: string;
}

/** A remedy for a finding: what it does in a word, the text that it brings, and the changes. */
export interface Fix {
  readonly kind: 'use' | 'rename' | 'remove' | 'base-digest' | 'proposed-layer' | 'unique-id' | 'checked';
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
  readonly tokens?: ((prompt: string) => Promise<readonly TokenSpan[] | undefined>) | undefined;
}

/** The remedies for one finding, the best first; none where nothing is obvious. */
export async function fixesFor(text: string, finding: Finding, context: FixContext): Promise<Fix[]> {
  const { root } = readTree(text);
  if (root === undefined) return [];
  const { path, kind } = finding;
  if (kind === 'proposed')
    return [{ kind: 'checked', value: '', changes: without(text, path), preferred: true }];
  if (finding.onKey) return keyFixes(text, finding);
  if (finding.suggestion !== undefined) return [replacing(finding, 'use', finding.suggestion, true)];
  const [last, field] = [path.at(-1), path.at(-2)];
  if (last === 'method') return METHODS.map((method) => replacing(finding, 'use', method, false));
  if (last === 'digest' && field === 'model') return digestFixes(text, finding, context);
  if (last === 'layer') return layerFixes(text, finding, context);
  const edit = path[0] === 'edits' ? findNodeAtLocation(root, path.slice(0, 2)) : undefined;
  if (edit === undefined || path.length !== 3) return [];
  if (last === 'id') return idFixes(root, edit, finding);
  return last === 'subject' ? await subjectFixes(edit, finding, context) : [];
}

function keyFixes(text: string, { path, suggestion, ...finding }: Finding): Fix[] {
  const key = String(path.at(-1));
  const removal: Fix = { kind: 'remove', value: key, changes: without(text, path), preferred: false };
  return suggestion === undefined ? [removal] : [replacing(finding, 'rename', suggestion, true), removal];
}

function digestFixes(text: string, finding: Finding, { digest }: FixContext): Fix[] {
  const removal: Fix = {
    kind: 'remove',
    value: 'digest',
    changes: without(text, finding.path),
    preferred: false,
  };
  if (digest === undefined) return [removal];
  return [{ ...replacing(finding, 'base-digest', digest, false) }, removal];
}

function layerFixes(text: string, finding: Finding, { layer }: FixContext): Fix[] {
  const removal: Fix = {
    kind: 'remove',
    value: 'layer',
    changes: without(text, finding.path),
    preferred: false,
  };
  if (layer === undefined) return [removal];
  const change = { offset: finding.offset, length: finding.length, text: String(layer) };
  return [{ kind: 'proposed-layer', value: String(layer), changes: [change], preferred: false }, removal];
}

/** A name after the subject that no other edit of the file has. */
function idFixes(root: Node, edit: Node, finding: Finding): Fix[] {
  const others = (findNodeAtLocation(root, ['edits'])?.children ?? [])
    .filter((other) => other !== edit)
    .map((other) => String(findNodeAtLocation(other, ['id'])?.value));
  const own = stringAt(edit, 'id') || stringAt(edit, 'subject');
  return [replacing(finding, 'unique-id', uniqueSlugs(others)(own), true)];
}

async function subjectFixes(edit: Node, finding: Finding, { tokens }: FixContext): Promise<Fix[]> {
  const [prompt, subject] = [stringAt(edit, 'prompt'), stringAt(edit, 'subject')];
  const better =
    finding.kind === 'token-boundary'
      ? subjectAtBoundary(prompt, subject, (await tokens?.(prompt)) ?? [])
      : spellingIn(prompt, subject);
  return better === undefined || better === subject ? [] : [replacing(finding, 'use', better, true)];
}

function replacing({ offset, length }: Span, kind: Fix['kind'], value: string, preferred: boolean): Fix {
  return { kind, value, changes: [{ offset, length, text: JSON.stringify(value) }], preferred };
}

/** The text without a value, its key and its comma. */
function without(text: string, path: JSONPath): Change[] {
  return modify(text, path, undefined, {}).map(({ offset, length, content }) => ({
    offset,
    length,
    text: content,
  }));
}

function stringAt(node: Node, key: string): string {
  const found = findNodeAtLocation(node, [key]);
  const value: unknown = found === undefined ? undefined : getNodeValue(found);
  return typeof value === 'string' ? value : '';
}
