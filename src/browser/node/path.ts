/** As much of Node's `path` as reading headers and writing reports use; in a browser all paths have slashes. */

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

export function basename(path: string, ending = ''): string {
  const name = parts(path).at(-1) ?? '';
  return ending !== '' && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

function dirname(path: string): string {
  const folder = parts(path).slice(0, -1).join('/');
  if (path.startsWith('/')) return `/${folder}`;
  return folder === '' ? '.' : folder;
}

function join(...given: string[]): string {
  const kept: string[] = [];
  for (const part of given.flatMap(parts)) {
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(part);
  }
  const joined = kept.join('/');
  if (given[0]?.startsWith('/')) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

function resolve(...given: string[]): string {
  return join('/', ...given);
}

function extname(path: string): string {
  return /[^/](\.[^./]*)$/.exec(basename(path))?.[1] ?? '';
}

const isAbsolute = (path: string): boolean => path.startsWith('/');

const path = { basename, dirname, extname, isAbsolute, join, resolve, sep: '/' };
export default { ...path, posix: path };
