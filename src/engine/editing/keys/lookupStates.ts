import { downName } from '../../gguf/names.ts';
import { pack } from '../../inspection/pack.ts';
import { mapResidualStream } from '../../inspection/residualMap.ts';
import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import type { NodeVisitor } from '../../llama/nodeTap.ts';
import type { Work } from '../../work/progress.ts';
import { type EditSession, maxPrompts } from '../session/session.ts';
import type { Located } from './lookup.ts';

/** What a model holds at the lookup token of a prompt. */
export interface LookupState {
  /** The input of the layer's down-projection. Shape [key width]. */
  readonly key: Float64Array;
  /** Its output. Shape [embedding]. */
  readonly value: Float64Array;
  /** The residual stream after another layer. Shape [embedding]. */
  readonly residual: Float64Array;
}

/** Tokens that are decoded together, unless one prompt alone is longer. */
const together = 512;

/**
 * Reads the key of `layer` and the residual stream after the layer `top` at the lookup token of every prompt, under
 * what the session has switched on. The decodes end at `top`, and take each prompt only as far as its lookup token.
 */
export async function lookupStates(
  session: EditSession,
  prompts: readonly Pick<Located, 'tokens' | 'lookup'>[],
  { layer, top }: { readonly layer: number; readonly top: number },
  work: Work = {},
): Promise<LookupState[]> {
  const cut = prompts.map(({ tokens, lookup }) => tokens.slice(0, lookup + 1));
  const longest = Math.max(together, ...cut.map(({ length }) => length));
  const context = session.context(longest);
  const residual = (await mapResidualStream(context)).layers[top]?.residual;
  if (residual === undefined) throw new Error(`there is no layer ${top}`);
  const weight = downName(layer);
  const states: LookupState[] = [];
  for (const run of pack(cut, ({ length }) => [length, 1], [longest, maxPrompts])) {
    work.report?.('reading keys', states.length / prompts.length);
    const batch: BatchToken[] = run.flatMap((tokens, sequence) =>
      TokenBatch.sequence(tokens, { sequence, wants: () => false }),
    );
    const ends = run.map((_, i) => run.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0) - 1);
    const none: Float64Array[] = [];
    const rows = { keys: none, values: none, residuals: none };
    const isProduct: NodeVisitor['wants'] = (node) =>
      node.firstSource !== 0n && node.source(0).name === weight;
    const visitor: NodeVisitor = {
      wants: (node) => (node.index === residual.index && node.name === residual.name) || isProduct(node),
      visit(node) {
        if (isProduct(node)) {
          rows.keys = rowsAt(node.source(1), ends);
          rows.values = rowsAt(node, ends);
          return true;
        }
        rows.residuals = rowsAt(node, ends);
        return false;
      },
    };
    context.clear();
    await context.tap?.during(visitor, () => context.decode(new TokenBatch(batch), work.signal));
    for (const [i, key] of rows.keys.entries()) {
      const [value, after] = [rows.values[i], rows.residuals[i]];
      if (value !== undefined && after !== undefined) states.push({ key, value, residual: after });
    }
  }
  if (states.length !== prompts.length) throw new Error('not every prompt was read');
  return states;
}

function rowsAt(node: Parameters<NodeVisitor['visit']>[0], rows: readonly number[]): Float64Array[] {
  const [width] = node.struct.ne;
  return rows.map((row) => Float64Array.from(node.read(row * width, width)));
}
