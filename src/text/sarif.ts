import { markdown } from './markdown.ts';

/**
 * Text of a file or a model as a plain-text message of SARIF 2.1.0. Viewers show it as Markdown, so that it is that
 * first; then no bracket opens an embedded link (3.11.6) and no brace a placeholder (3.11.5).
 */
export function sarifText(text: string): string {
  return markdown(text)
    .replace(/(\\*)([[\]])/g, '$1$1\\$2')
    .replace(/[{}]/g, '$&$&');
}
