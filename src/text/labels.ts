import { markdown } from './markdown.ts';
import { visible } from './visible.ts';

/** Text of a file or a model in a label of VS Code, where `$(name)` would be an icon. */
export function label(text: string): string {
  return visible(text).replaceAll('$(', '\\$(');
}

/** Text of a file or a model in a message of VS Code, where `[text](command:name)` would be a link. */
export function message(text: string): string {
  return visible(text).replace(/\](?=\()/g, ']\\');
}

/** Lines as the Markdown of a hover, a paragraph each. */
export function paragraphs(lines: readonly string[]): string {
  return lines.map(markdown).join('\n\n');
}
