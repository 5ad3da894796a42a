import type { Reports } from '../../rpc/wire.ts';

/** What the engine's process tells its parent, unasked and unanswered. */
export interface ParentFunctions extends Reports {
  /** A file or folder that is made for a while, and again when it is gone: what a crash leaves behind can be removed. */
  temporary(path: string, there: boolean): void;
  /** A line of llama.cpp's log, with ggml's level: 2 info, 3 warning, 4 error. */
  log(level: number, text: string): void;
}
