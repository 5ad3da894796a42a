import { readdirSync, readFileSync } from 'node:fs';

/** A process as /proc shows it. */
export interface Process {
  pid: number;
  command: string;
  /** When it began, in clock ticks: process ids say nothing of that, they start again at 1. */
  started: number;
}

/** All processes below one, in any depth. */
export function descendants(ancestor: number): Process[] {
  const all = new Map<number, { parent: number; started: number }>();
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? statusOf(name) : undefined;
    if (found !== undefined) all.set(Number(name), found);
  }
  const isBelow = (pid: number): boolean => {
    const parent = all.get(pid)?.parent;
    return parent !== undefined && (parent === ancestor || isBelow(parent));
  };
  return [...all]
    .filter(([pid]) => isBelow(pid))
    .map(([pid, { started }]) => ({ pid, started, command: read(`/proc/${pid}/cmdline`) }));
}

/** The native libraries that a process has loaded. */
export function loadedLibraries(pid: number): string[] {
  const files = read(`/proc/${pid}/maps`).matchAll(/\s(\/\S+\.(?:node|so)\S*)$/gm);
  return [...new Set([...files].map(([, file = '']) => file))];
}

function statusOf(pid: string): { parent: number; started: number } | undefined {
  // the command's name stands in parentheses and may hold anything, spaces too
  const [, parent, started] = /\) \S (\d+) (?:\S+ ){17}(\d+) /.exec(read(`/proc/${pid}/stat`)) ?? [];
  return parent === undefined ? undefined : { parent: Number(parent), started: Number(started) };
}

/** What a file of /proc says; nothing when its process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
