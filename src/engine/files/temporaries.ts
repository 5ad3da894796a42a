import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** Told of each file or folder that this process makes for a while, and again when it is gone. */
type Watcher = (path: string, there: boolean) => void;

let watcher: Watcher = () => {};
const there = new Set<string>();

/** Whoever watches can remove what a process leaves behind that ends in the middle of its work. */
export function watchTemporaries(next: Watcher): void {
  watcher = next;
}

/** A file or folder about to be made at `place`, which goes when it is disposed of, unless it was renamed. */
export function temporary(place: string): AsyncDisposable {
  const absolute = path.resolve(place);
  there.add(absolute);
  watcher(absolute, true);
  return {
    async [Symbol.asyncDispose]() {
      // what cannot be removed stays: it harms nobody, and the error that left it behind is the one to tell
      await rm(absolute, { recursive: true, force: true }).catch(() => {});
      there.delete(absolute);
      watcher(absolute, false);
    },
  };
}

/** Removes at once what is still there: for a process that ends in the middle of its work. */
export function removeTemporaries(): void {
  for (const place of there) removeNow(place);
}

/** Removes a file or folder at once, or leaves it where that cannot be. */
export function removeNow(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch {
    // it may be gone, or its folder; why the process ends is what is told
  }
}
