/** A record of a data set as it stands in its file. */
export interface RecordText {
  readonly text: string;
  /** The line it begins on, from 1. */
  readonly line: number;
  /** Where it ends in the text, in UTF-16 units. */
  readonly end: number;
}

/**
 * The records of a text, one after the other, without reading them: the items of a list, the lines of JSON Lines, the
 * values of an object that holds nothing but records, a list inside an object, or a single record.
 *
 * @param isRecord whether an object with these keys is a record itself
 * @returns undefined where the text is none of these, or ends too early
 */
export function splitRecords(
  text: string,
  isRecord: (keys: readonly string[]) => boolean,
): Iterable<RecordText> | undefined {
  const start = skipSpace(text, 0);
  const end = endOfValue(text, start);
  const rest = end === undefined ? text.length : skipSpace(text, end);
  if (text[start] === '{' && (end === undefined || rest < text.length)) {
    return lined(text, text.indexOf('\n', start) < (end ?? 0) ? values(text, start) : lines(text));
  }
  if (end === undefined || rest < text.length) return undefined;
  if (text[start] === '[') return lined(text, membersOf(text, start));
  if (text[start] !== '{') return undefined;
  const members = [...membersOf(text, start)];
  if (isRecord(members.map(({ key }) => key ?? ''))) return lined(text, [{ start, end }]);
  if (members.length > 0 && members.every((member) => text[member.start] === '{'))
    return lined(text, members);
  const lists = members.filter((member) => text[member.start] === '[');
  const [list] = lists;
  if (list === undefined || lists.length > 1) return lined(text, [{ start, end }]);
  return lined(text, membersOf(text, list.start));
}

interface Place {
  readonly start: number;
  readonly end: number;
  /** Of an object's member. */
  readonly key?: string;
}

function* lined(text: string, places: Iterable<Place>): Iterable<RecordText> {
  let line = 1;
  let next = text.indexOf('\n');
  for (const { start, end } of places) {
    for (; next >= 0 && next < start; next = text.indexOf('\n', next + 1)) line++;
    yield { text: text.slice(start, end), line, end };
  }
}

/** The values of a list or an object; what is wrong between them is for a reader of JSON to say. */
function* membersOf(text: string, open: number): Iterable<Place> {
  let at = skipSpace(text, open + 1);
  while (at < text.length && !/[\]}]/.test(text.charAt(at))) {
    let key: string | undefined;
    if (text[open] === '{') {
      const end = endOfValue(text, at) ?? text.length;
      key = text.slice(at + 1, end - 1);
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    const end = endOfValue(text, at) ?? text.length;
    yield { start: at, end, ...(key !== undefined && { key }) };
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function* values(text: string, from: number): Iterable<Place> {
  for (let at = from; at < text.length; ) {
    const end = endOfValue(text, at) ?? text.length;
    yield { start: at, end };
    at = skipSpace(text, end);
  }
}

function* lines(text: string): Iterable<Place> {
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (text.slice(start, end).trim() !== '') yield { start, end };
    start = end + 1;
  }
}

function skipSpace(text: string, from: number): number {
  const space = /[^\s]/g;
  space.lastIndex = from;
  return space.exec(text)?.index ?? text.length;
}

/** Where the value that begins there ends; undefined where the text ends before. */
function endOfValue(text: string, from: number): number | undefined {
  const first = text.charAt(from);
  if (first === '"') return endOfString(text, from);
  if (first !== '{' && first !== '[') {
    const plain = /[^,\]}\s]*/y;
    plain.lastIndex = from;
    plain.exec(text);
    return Math.max(plain.lastIndex, from + 1);
  }
  const marks = /["{}[\]]/g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index);
      if (end === undefined) return undefined;
      marks.lastIndex = end;
    } else {
      depth += /[{[]/.test(mark[0]) ? 1 : -1;
      if (depth === 0) return mark.index + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return undefined;
}
