import { openFile } from '../gguf/source.ts';
import type { ModelFiles } from '../gguf/split.ts';
import { readArray } from '../gguf/values.ts';
import { type Change, isOfFewRows } from './difference/change.ts';

/** llama.cpp's numbers of control, user-defined and unused tokens, which no text becomes by itself. */
const specialTypes: ReadonlySet<number> = new Set([3, 4, 5]);

/** Names the tokens of rows out of line in tables that have a row for each token, as the base's vocabulary writes them. */
export async function withTokens(base: ModelFiles, changes: readonly Change[]): Promise<Change[]> {
  const tokens = base.header.metadata.get('tokenizer.ggml.tokens');
  const types = base.header.metadata.get('tokenizer.ggml.token_type');
  const isTable = (change: Change) =>
    isOfFewRows(change) &&
    /^(token_embd|output)$/.test(change.role) &&
    tokens?.type === 'array' &&
    tokens.length === change.rows.of;
  const [first] = base.paths;
  if (tokens?.type !== 'array' || first === undefined || !changes.some(isTable)) return [...changes];
  await using source = await openFile(first);
  const named: Change[] = [];
  for (const change of changes) {
    if (!isTable(change)) {
      named.push(change);
      continue;
    }
    const worst = [];
    for (const outlying of change.rows.worst) {
      const [token] = await readArray(source, tokens, outlying.row, 1);
      const [type] = types?.type === 'array' ? await readArray(source, types, outlying.row, 1) : [];
      const special = typeof type === 'number' && specialTypes.has(type);
      worst.push(typeof token === 'string' ? { ...outlying, token, special } : outlying);
    }
    named.push({ ...change, rows: { ...change.rows, worst } });
  }
  return named;
}
