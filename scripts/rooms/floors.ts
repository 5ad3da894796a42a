import type { Import } from './importGraph.ts';
import type { Room } from './rooms.ts';

/** A room, how high it stands, and the rooms that it stands on. */
interface Standing extends Room {
  /** 0 for what imports nothing of ours; else one above the highest that it imports from. */
  readonly floor: number;
  /** What it imports from, without what those import from in turn. */
  readonly on: readonly string[];
}

/** The room of a file: of those that hold it the innermost. */
function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms
    .filter(({ path }) => file === path || file.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** What breaks the order of the rooms, a sentence each: files without a room, rooms without a file, ways up. */
export function faultsIn(
  files: readonly string[],
  imports: readonly Import[],
  rooms: readonly Room[],
): string[] {
  const height = (file: string) => {
    const room = roomOf(file, rooms);
    return room === undefined ? -1 : rooms.indexOf(room);
  };
  const used = new Set(files.map(height));
  return [
    ...files.filter((file) => height(file) < 0).map((file) => `${file} lies in no room.`),
    ...rooms.filter((_, i) => !used.has(i)).map(({ path }) => `${path} holds no file.`),
    ...imports
      .filter(({ from, to }) => height(to) > height(from))
      .map(({ from, to }) => `${from} imports ${to}, which stands above it.`),
  ];
}

/** The rooms by their floors, computed from what they import; the imports must not go round in circles. */
export function standing(imports: readonly Import[], rooms: readonly Room[]): Standing[] {
  const below = new Map(rooms.map(({ path }) => [path, new Set<string>()]));
  for (const { from, to } of imports) {
    const [upper, lower] = [roomOf(from, rooms)?.path, roomOf(to, rooms)?.path];
    if (upper !== undefined && lower !== undefined && upper !== lower) below.get(upper)?.add(lower);
  }
  const known = new Map<string, { readonly floor: number; readonly all: ReadonlySet<string> }>();
  const foot = (path: string): { readonly floor: number; readonly all: ReadonlySet<string> } => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const lower = [...(below.get(path) ?? [])];
    const made = {
      floor: 1 + Math.max(-1, ...lower.map((name) => foot(name).floor)),
      all: new Set(lower.flatMap((name) => [name, ...foot(name).all])),
    };
    known.set(path, made);
    return made;
  };
  return rooms
    .map((room): Standing => {
      const lower = [...(below.get(room.path) ?? [])];
      const throughOthers = new Set(lower.flatMap((name) => [...foot(name).all]));
      return {
        ...room,
        floor: foot(room.path).floor,
        on: lower.filter((name) => !throughOthers.has(name)),
      };
    })
    .sort((a, b) => a.floor - b.floor);
}

/** The rooms as a table in Markdown, from the ground up. */
export function roomsTable(rooms: readonly Standing[]): string {
  const short = (path: string) => path.replace(/^src\/(engine\/)?(?=.)/, '');
  return [
    '| floor | room | what happens there | stands on |',
    '|---|---|---|---|',
    ...rooms.map(({ floor, path, what, on }) => {
      const names = on.map((name) => `\`${short(name)}\``).sort();
      return `| ${floor} | \`${path}\` | ${what} | ${names.join(', ')} |`;
    }),
  ].join('\n');
}

const marks = { begin: '<!-- rooms: npm run build:rooms -->', end: '<!-- end of rooms -->' } as const;

/** A document with the table between its marks. */
export function withRooms(document: string, table: string): string {
  const [head, rest] = document.split(marks.begin);
  const tail = rest?.split(marks.end)[1];
  if (head === undefined || tail === undefined) throw new Error(`the document has no ${marks.begin}`);
  return `${head}${marks.begin}\n\n${table}\n\n${marks.end}${tail}`;
}
