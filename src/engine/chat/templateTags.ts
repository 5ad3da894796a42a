import { Template } from '@huggingface/jinja';

/** A statement or an expression of a template. */
export interface TemplateTag {
  /** Where it begins, in characters. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** The tags of a template in order, comments left out. Bytes within quotes are not told apart: `%}` ends a statement. */
export function tagsOf(template: string): TemplateTag[] {
  const tags: TemplateTag[] = [];
  let line = 1;
  let counted = 0;
  for (const match of template.matchAll(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g)) {
    const [text] = match;
    line += newlines(template.slice(counted, match.index));
    counted = match.index;
    if (!text.startsWith('{#')) tags.push({ start: match.index, line, text });
  }
  return tags;
}

/** The line of the first tag that is wrong by itself; undefined where each can stand. */
export function wrongTag(template: string): number | undefined {
  return tagsOf(template).find(({ text }) => !stands(text))?.line;
}

const newlines = (text: string) => text.split('\n').length - 1;

/** What closes a block, or what must stand around a tag for it to be read alone. */
const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
  if: ['', '{% endif %}'],
  elif: ['{% if 1 %}', '{% endif %}'],
  for: ['', '{% endfor %}'],
  macro: ['', '{% endmacro %}'],
  call: ['', '{% endcall %}'],
  filter: ['', '{% endfilter %}'],
};
/** Tags that say nothing by themselves. */
const bare = /^(else|endif|endfor|endmacro|endcall|endfilter|endset|generation|endgeneration)$/;

function stands(tag: string): boolean {
  const keyword = /^\{%[-+]?\s*(\w+)/.exec(tag)?.[1] ?? '';
  if (bare.test(keyword)) return true;
  const [before, after] = around[keyword] ?? ['', ''];
  // a set without a value opens a block
  const closing = keyword === 'set' && !tag.includes('=') ? '{% endset %}' : after;
  try {
    new Template(`${before}${tag}${closing}`);
    return true;
  } catch {
    return false;
  }
}
