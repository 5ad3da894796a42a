import { type DocumentSelector, Range, type TextDocument } from 'vscode';
import { isEditsFile } from '../editsFiles.ts';
import type { Span } from './jsonTree.ts';

/** The edits files that language features are for: those on the disk, not the older versions that Git shows. */
export const editsSelector: DocumentSelector = { scheme: 'file', pattern: '**/*.edits.json' };

export function isEditsDocument({ uri }: TextDocument): boolean {
  return uri.scheme === 'file' && isEditsFile(uri);
}

/** A stretch of a document's text as the editor counts it. */
export function rangeOf(document: TextDocument, { offset, length }: Span): Range {
  return new Range(document.positionAt(offset), document.positionAt(offset + length));
}
