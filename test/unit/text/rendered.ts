import MarkdownIt from 'markdown-it';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

/** As GitHub reads Markdown, tags let through; and as an editor's preview does, which finds links in bare names. */
const editor = new MarkdownIt({ html: true, linkify: true });
export const renderers: Readonly<Record<string, (source: string) => string>> = {
  github: (source) =>
    micromark(source, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
  editor: (source) => editor.render(source),
};

/** What a reader must be able to see: nothing without ink is left but spaces, and breaks where they are asked for. */
export const inkless =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u00ad\u061c\u115f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff]|\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/u;

/** What GitHub makes of rendered text outside of code: mentions, issues, commits, emoji, mathematics. */
export const afterwards = /[@#$]|\bGH-\d|\b[A-Z]+-\d|\b[0-9a-f]{7,40}\b|:\w+:|:\/\/|\bwww\./i;

type Node = DefaultTreeAdapterTypes.ChildNode;

export const nodesOf = (source: string): Node[] => parseFragment(source).childNodes.flatMap(within);
const within = (node: Node): Node[] =>
  'childNodes' in node ? [node, ...node.childNodes.flatMap(within)] : [node];
export const tagsOf = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => ('tagName' in node ? [node.tagName] : []));
export const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => ('value' in node ? node.value : '')).join('');
/** What stands outside of code. */
export const proseOf = (source: string): string => parseFragment(source).childNodes.map(prose).join('');
const prose = (node: Node): string => {
  if ('tagName' in node && node.tagName === 'code') return ' ';
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(prose).join('') : '';
};
