/** What is read of C text: structs, enums, prototypes and bodies of functions. Enough for llama.cpp's headers, not for C. */

export interface Field {
  readonly name: string;
  readonly type: string;
}

/** Without comments, directives and attributes. */
export function plainC(text: string): string {
  return text
    .replaceAll(/\/\*.*?\*\//gs, ' ')
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/^[ \t]*#(?:[^\n\\]|\\\n|\\.)*/gm, '')
    .replaceAll(/\b(?:GGML|LLAMA|GGUF)_(?:API|CALL|NORETURN|ATTRIBUTE_FORMAT\([^)]*\))\b/g, ' ');
}

/** The fields of a struct in their order; undefined where the text has no such struct. */
export function structIn(text: string, name: string): Field[] | undefined {
  const body = bodyBehind(text, new RegExp(`\\bstruct\\s+${name}\\s*(?=\\{)`));
  return body?.split(';').flatMap((line) => {
    const declaration = tidy(line);
    const callback = /^(.*)\( ?\* ?(\w+) ?\)(.*)$/.exec(declaration);
    if (callback !== null)
      return [{ name: callback[2] ?? '', type: `${callback[1]}(*)${callback[3]}`.trim() }];
    const [, type = '', field = '', array = ''] = /^(.+?)(\w+)((?: ?\[[^\]]*\])*)$/.exec(declaration) ?? [];
    return field === '' ? [] : [{ name: field, type: tidy(`${type}${array}`) }];
  });
}

/** The names of an enum's values with their numbers, as far as they are counted or written as numbers. */
export function enumIn(text: string, name: string): Map<string, number> | undefined {
  const body = bodyBehind(text, new RegExp(`\\benum\\s+${name}\\s*(?=\\{)`));
  if (body === undefined) return undefined;
  let next = 0;
  return new Map(
    body.split(',').flatMap((item): [string, number][] => {
      const [, key, value] = /^(\w+)(?: = (-?\d+))?/.exec(tidy(item)) ?? [];
      if (key === undefined) return [];
      if (value !== undefined) next = Number(value);
      return [[key, next++]];
    }),
  );
}

/** A function's prototype or head on one line, without the names of its parameters; undefined where there is none. */
export function prototypeIn(text: string, name: string): string | undefined {
  const [call, parameters = ''] = new RegExp(`\\b${name}\\s*\\(([^;{]*?)\\)\\s*[;{]`).exec(text) ?? [];
  if (call === undefined) return undefined;
  const at = text.indexOf(call);
  const begin = Math.max(...[';', '{', '}'].map((end) => text.lastIndexOf(end, at - 1))) + 1;
  const result = text.slice(begin, at).trim();
  const types = parameters.split(',').map((parameter) => {
    const [, type = parameter] = /^(.*[\s*])\w+(?:\[\w*\])?$/s.exec(parameter.trim()) ?? [];
    return tidy(type);
  });
  return `${tidy(result)} ${name}(${types.join(', ')})`;
}

/** The functions that set a tensor's operation, as one text for each operation. */
export function operationsIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  // a function begins and ends in the first column
  for (const [, body = ''] of text.matchAll(/^(\w[^;{}]*\([^;{}]*\)\s*\{.*?^\})/gms)) {
    for (const [, operation = ''] of body.matchAll(/->op\s*=\s*GGML_OP_(\w+)/g))
      found.set(operation, `${found.get(operation) ?? ''}${tidy(body)}\n`);
  }
  return found;
}

/** The body of a function, on one line. */
export function functionIn(text: string, name: string): string | undefined {
  const body = bodyBehind(text, new RegExp(`\\b${name}\\s*\\([^;{]*\\)\\s*(?=\\{)`));
  return body === undefined ? undefined : tidy(body);
}

function bodyBehind(text: string, head: RegExp): string | undefined {
  const found = head.exec(text);
  if (found === null) return undefined;
  const begin = found.index + found[0].length;
  for (let at = begin, depth = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(begin + 1, at);
  }
  return undefined;
}

const tidy = (text: string) =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?\* ?/g, ' *')
    .trim();
