import type { ActivationComparison, Activations, Norms, PromptToken } from '../../protocol/activations.ts';
import { STREAMS, type Stream } from '../../protocol/streams.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';
import { capture, type Part, type Rows } from './capture.ts';
import type { ProbeContext, SwitchTo } from './probeContext.ts';
import { mapResidualStream, type ResidualMap } from './residualMap.ts';

const isStream = (part: Part): part is Stream => part !== 'neurons';

/** The norms of the residual stream and of what each layer adds to it, for every token, from one decode. */
export async function readActivations(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  signal?: AbortSignal,
): Promise<Activations> {
  const layers = map.layers.length;
  const norms = emptyNorms(layers * tokens.length);
  await capture(context, map, tokens, isStream, (rows) => writeNorms(norms, rows, tokens.length), signal);
  return { tokens: describeTokens(context.model.tokenizer, tokens), layers, norms };
}

/** Vectors of `before` that are held at a time. A prompt with more is decoded again for the next layers. */
const heldBytes = 64 << 20;

/**
 * Norms before and after an edit, and the norm of the difference of the vectors, layers × tokens. Both states are
 * decoded at the same place of the cache, so that what the edit does not touch differs by exactly 0. The state is left
 * at `after`.
 */
export async function compareActivations(
  context: ProbeContext,
  switchTo: SwitchTo,
  tokens: readonly number[],
  signal?: AbortSignal,
): Promise<ActivationComparison> {
  const layers = context.model.layers;
  const empty = () => emptyNorms(layers * tokens.length);
  const [before, after, change] = [empty(), empty(), empty()];
  switchTo('before');
  const mapBefore = await mapResidualStream(context);
  switchTo('after');
  const mapAfter = await mapResidualStream(context);
  const perLayer = STREAMS.length * tokens.length * context.model.embedding * 4;
  const group = Math.max(1, Math.floor(heldBytes / perLayer));
  for (let from = 0; from < layers; from += group) {
    const wants = (part: Part, layer: number) => isStream(part) && layer >= from && layer < from + group;
    const held = new Map<string, Float32Array>();
    const key = ({ part, layer, first }: Rows) => `${part} ${layer} ${first}`;
    const keep = (rows: Rows) => {
      held.set(key(rows), rows.values);
      writeNorms(before, rows, tokens.length);
    };
    const compare = (rows: Rows) => {
      writeNorms(after, rows, tokens.length);
      const base = held.get(key(rows)) ?? new Float32Array();
      const values = rows.values.map((value, i) => value - (base[i] as number));
      writeNorms(change, { ...rows, values }, tokens.length);
    };
    switchTo('before');
    await capture(context, mapBefore, tokens, wants, keep, signal);
    switchTo('after');
    await capture(context, mapAfter, tokens, wants, compare, signal);
  }
  return { tokens: describeTokens(context.model.tokenizer, tokens), layers, before, after, change };
}

/**
 * One part of some layers at some tokens of a prompt.
 *
 * @returns by layer, ascending as in `layers`: shape positions × width.
 */
export async function readVectors(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  { part, layers, positions }: { part: Part; layers: readonly number[]; positions: readonly number[] },
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const vectors = new Map<number, Float32Array>();
  const take = ({ layer, first, width, values }: Rows) => {
    const into = vectors.get(layer) ?? new Float32Array(positions.length * width);
    vectors.set(layer, into);
    for (const [place, position] of positions.entries()) {
      const at = (position - first) * width;
      if (at >= 0 && at < values.length) into.set(values.subarray(at, at + width), place * width);
    }
  };
  const wants = (wanted: Part, layer: number) => wanted === part && layers.includes(layer);
  await capture(context, map, tokens, wants, take, signal);
  return layers.map((layer) => vectors.get(layer) ?? new Float32Array());
}

export function describeTokens(tokenizer: Tokenizer, tokens: readonly number[]): PromptToken[] {
  return tokens.map((id) => ({ id, text: tokenizer.piece(id) }));
}

function emptyNorms(cells: number): Norms {
  return {
    residual: new Float32Array(cells),
    attention: new Float32Array(cells),
    mlp: new Float32Array(cells),
  };
}

/** A vector with a NaN has the norm NaN, one with an infinity an infinite norm. */
function writeNorms(norms: Norms, { part, layer, first, width, values }: Rows, tokens: number): void {
  if (!isStream(part)) return;
  for (let row = 0; row * width < values.length; row++) {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      const value = values[i] as number;
      sum += value * value;
    }
    norms[part][layer * tokens + first + row] = Math.sqrt(sum);
  }
}
