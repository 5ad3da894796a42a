import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

/** One file names another, for its values or for its types alone. Paths are relative to the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** The TypeScript files below some folders of the repository, and every import among them. */
export function importsBelow(
  repository: string,
  folders: readonly string[],
): { readonly files: readonly string[]; readonly imports: readonly Import[] } {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/'))),
  );
  const known = new Set(files);
  const imports = files.flatMap((from) => {
    const named = namesIn(from, readFileSync(path.join(repository, from), 'utf8'));
    const targets = named.map((name) => path.posix.join(path.posix.dirname(from), name));
    return [...new Set(targets)].filter((to) => known.has(to)).map((to) => ({ from, to }));
  });
  return { files, imports };
}

/** The relative names that a file imports, exports from or loads later. */
function namesIn(file: string, source: string): string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, source).module;
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start + 1, end - 1)),
  ].filter((name) => name.startsWith('.'));
}

/** A way from a file back to itself, if there is one. */
export function cycleIn(imports: readonly Import[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<string>();
  const search = (file: string, way: readonly string[]): string[] | undefined => {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return undefined;
    for (const to of targets.get(file) ?? []) {
      const found = search(to, [...way, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const found = search(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
