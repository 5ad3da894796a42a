import { openFile } from '../files/source.ts';
import { readArray } from '../gguf/values.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import { readTokenizer } from '../safetensors/tokenizer.ts';
import { type Change, isOfFewRows } from './difference/change.ts';

/** llama.cpp's numbers of control, user-defined and unused tokens, which no text becomes by itself. */
const specialTypes: ReadonlySet<number> = new Set([3, 4, 5]);

/** Names the tokens of rows out of line in tables that have a row for each token, as the base's vocabulary writes them. */
export async function withTokens(base: Checkpoint, changes: readonly Change[]): Promise<Change[]> {
  const isTable = (change: Change) => isOfFewRows(change) && /^(token_embd|output)$/.test(change.role);
  if (!changes.some(isTable)) return [...changes];
  await using vocabulary = await vocabularyOf(base);
  const named: Change[] = [];
  for (const change of changes) {
    if (!isTable(change) || !vocabulary.fits(change.rows.of)) {
      named.push(change);
      continue;
    }
    const worst = [];
    for (const outlying of change.rows.worst) {
      const { token, special } = await vocabulary.tokenOf(outlying.row);
      worst.push(token === undefined ? outlying : { ...outlying, token, special });
    }
    named.push({ ...change, rows: { ...change.rows, worst } });
  }
  return named;
}

/** The tokens of a model by their numbers. */
interface Vocabulary extends AsyncDisposable {
  /** Can a table of so many rows be one of these tokens? */
  readonly fits: (rows: number) => boolean;
  readonly tokenOf: (
    row: number,
  ) => Promise<{ readonly token: string | undefined; readonly special: boolean }>;
}

async function vocabularyOf({ safetensors, ...files }: Checkpoint): Promise<Vocabulary> {
  if (safetensors === undefined) return await ofGguf(files);
  const { tokens, special } = await readTokenizer(safetensors.shards.folder, safetensors.config);
  return {
    fits: (rows) => (tokens?.size ?? 0) > 0 && (tokens?.size ?? 0) <= rows,
    tokenOf: async (row) => ({ token: tokens?.get(row), special: special.has(row) }),
    async [Symbol.asyncDispose]() {},
  };
}

async function ofGguf({ paths: [first = ''], header }: Checkpoint): Promise<Vocabulary> {
  const tokens = header.metadata.get('tokenizer.ggml.tokens');
  const types = header.metadata.get('tokenizer.ggml.token_type');
  const source = await openFile(first);
  return {
    fits: (rows) => tokens?.type === 'array' && tokens.length === rows,
    async tokenOf(row) {
      const [token] = tokens?.type === 'array' ? await readArray(source, tokens, row, 1) : [];
      const [type] = types?.type === 'array' ? await readArray(source, types, row, 1) : [];
      return {
        token: typeof token === 'string' ? token : undefined,
        special: typeof type === 'number' && specialTypes.has(type),
      };
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
