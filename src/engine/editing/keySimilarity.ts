import type { Prompt } from '../../protocol/chat.ts';
import type { KeySimilarity } from '../../protocol/editing.ts';
import { downName } from '../gguf/names.ts';
import { pack } from '../inspection/pack.ts';
import { promptTokens } from '../inspection/targetTokens.ts';
import { type BatchToken, TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor } from '../llama/nodeTap.ts';
import { at } from '../numeric/at.ts';
import { dot, norm } from '../numeric/vector.ts';
import type { Work } from '../work/progress.ts';
import type { ComputedEdit } from './methods/computedEdit.ts';
import { type EditSession, maxPrompts } from './session/session.ts';

/** Tokens that are decoded together, unless one prompt alone is longer. */
const together = 256;

/**
 * How close other prompts come to an edit. Every token with the key k moves the layer's output by ΔW k = left (u·k):
 * its direction is the edit's own, its size relative to the edit's is u·k / u·k*. Prompts that do not fit into the
 * model's context are left out. The keys are read in decodes that end at the edited layer,
 * of several the last.
 */
export async function keySimilarity(
  session: EditSession,
  { key, updates }: Pick<ComputedEdit, 'key' | 'updates'>,
  prompts: readonly Prompt[],
  work: Work = {},
): Promise<KeySimilarity[]> {
  const update = updates.at(-1);
  if (update === undefined) throw new Error('an edit that changes nothing');
  const { tokenizer, contextLength } = session.model;
  const items = prompts
    .map((prompt) => ({ prompt, tokens: promptTokens(session.model, prompt) }))
    .filter(({ tokens }) => tokens.length <= contextLength);
  const longest = Math.max(together, ...items.map(({ tokens }) => tokens.length));
  const scale = dot(update.right, key);
  const found: KeySimilarity[] = [];
  for (const run of pack(items, ({ tokens }) => [tokens.length, 1], [longest, maxPrompts])) {
    const keys = await readKeys(
      session,
      update.layer,
      run.map(({ tokens }) => tokens),
      work,
    );
    let first = 0;
    for (const { prompt, tokens } of run) {
      const own = keys.slice(first, first + tokens.length);
      first += tokens.length;
      const cosine = largest(own.map((k) => dot(k, key) / (norm(k) * norm(key) || 1)));
      const response = largest(own.map((k) => dot(update.right, k) / scale));
      const token = tokenizer.piece(tokens[response.at] ?? tokenizer.bos);
      found.push({ prompt, cosine: cosine.value, response: response.value, position: response.at, token });
    }
    work.report?.("comparing the neighbors' keys", found.length / items.length);
  }
  return found;
}

/** The value of the largest magnitude, with its sign. */
function largest(values: readonly number[]): { at: number; value: number } {
  const place = values.reduce(
    (best, value, i) => (Math.abs(value) > Math.abs(at(values, best)) ? i : best),
    0,
  );
  return { at: place, value: at(values, place) };
}

/** The layer's key at every token of the prompts, one prompt after the other. Shape [tokens][key width]. */
async function readKeys(
  session: EditSession,
  layer: number,
  prompts: readonly (readonly number[])[],
  { signal }: Work,
): Promise<Float64Array[]> {
  const batch: BatchToken[] = prompts.flatMap((tokens, sequence) =>
    TokenBatch.sequence(tokens, { sequence, wants: () => false }),
  );
  const context = session.context(batch.length);
  const weight = downName(layer);
  const keys: Float64Array[] = [];
  const visitor: NodeVisitor = {
    wants: (node) => node.firstSource !== 0n && node.source(0).name === weight,
    visit(node) {
      const input = node.source(1);
      const [width] = input.struct.ne;
      const values = input.read();
      for (let at = 0; at < values.length; at += width)
        keys.push(Float64Array.from(values.subarray(at, at + width)));
      return false;
    },
  };
  await context.tap?.during(visitor, () => context.decode(new TokenBatch(batch), signal));
  return keys;
}
