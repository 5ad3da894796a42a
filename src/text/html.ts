import { visible, visibleLines } from './visible.ts';

/** Text of a file or a model as HTML, between tags or in a quoted attribute: it stays text, on one line, visible. */
export function html(text: string): string {
  return characters(visible(text));
}

/** The same for text of several lines, where the page keeps them apart (`white-space: pre-wrap`). */
export function htmlLines(text: string): string {
  return characters(visibleLines(text));
}

const characters = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
