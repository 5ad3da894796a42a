import { type Node, type ParseError, parseTree, visit } from 'jsonc-parser';

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/**
 * The longest text, in UTF-16 units, that is read as one types: some 1,500 edits, half a second. What is longer is read
 * when it is used.
 */
export const maxLength = 2 << 20;

/** No file of ours nests deeper than 8; the recursion over a hostile one must end. */
const deepest = 64;

export interface JsonTree {
  /** Undefined where there is nothing to read, or where it nests deeper than any file of ours. */
  readonly root: Node | undefined;
  /** Whether it is JSON. Where it is not, VS Code's own JSON support says what is wrong. */
  readonly isJson: boolean;
}

/** The tree of a JSON text as far as it can be read: what is wrong in one place hides nothing elsewhere. */
export function readTree(text: string): JsonTree {
  if (nestsTooDeep(text)) return { root: undefined, isJson: false };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  return { root, isJson: errors.length === 0 };
}

class TooDeep extends Error {}

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  const open = () => {
    if (++depth > deepest) throw new TooDeep();
  };
  const close = () => {
    depth--;
  };
  try {
    visit(text, { onArrayBegin: open, onArrayEnd: close, onObjectBegin: open, onObjectEnd: close });
    return false;
  } catch (error) {
    if (error instanceof TooDeep) return true;
    throw error;
  }
}
