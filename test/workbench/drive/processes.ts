import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export interface Process {
  pid: number;
  command: string;
}

/** All processes below one, in any depth. */
export function descendants(ancestor: number): Process[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow).map((pid) => ({ pid, command: read(`/proc/${pid}/cmdline`) }));
}

/** The native libraries that a process has loaded. */
export function loadedLibraries(pid: number): string[] {
  const files = read(`/proc/${pid}/maps`).matchAll(/\s(\/\S+\.(?:node|so)\S*)$/gm);
  return [...new Set([...files].map(([, file = '']) => file))];
}

function parentOf(pid: string): number | undefined {
  // the command's name stands in parentheses and may hold anything, spaces too
  const [, parent] = /\) \S (\d+) /.exec(read(`/proc/${pid}/stat`)) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

/** What a file of /proc says; nothing when its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
