import { markdown, markdownBlock } from './markdown.ts';

/**
 * Text of a file or a model as a plain-text message of SARIF 2.1.0. Viewers show it as Markdown, so that it is that
 * first; then none of it is an embedded link (3.11.6) or a placeholder (3.11.5).
 */
export function sarifText(text: string): string {
  return inert(markdown(text));
}

/** The lines of a diff, likewise. */
export function sarifDiff(text: string): string {
  return inert(markdownBlock(text, 'diff'));
}

const inert = (message: string): string =>
  message
    .replace(/(\\*)\](?=\()/g, '$1$1\\]')
    .replace(/\{+\d+\}+/g, (braces) => braces.replace(/[{}]/g, '$&$&'));
