import type { CausalTrace } from '../../protocol/causalTrace.ts';
import { STREAMS, type Stream } from '../../protocol/streams.ts';
import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor, TappedNode } from '../llama/nodeTap.ts';
import { at } from '../numeric/at.ts';
import type { Work } from '../work/progress.ts';
import { argmax, logProbability, type NextToken } from './nextToken.ts';
import type { ProbeContext } from './probeContext.ts';
import { mapResidualStream, nodesIn, type ResidualMap } from './residualMap.ts';
import { restoreEach } from './restoring.ts';
import { subjectNoise } from './subjectNoise.ts';
import type { tokenSpans } from './tokenSpans.ts';
import { layersAround } from './traceWindow.ts';

export interface TraceOptions {
  /** Noises to average over. */
  readonly samples: number;
  /** Layers that are restored together for mlp and attention. */
  readonly window: number;
}

/**
 * Causal tracing as in ROME (2202.05262, section 2): the subject's embeddings are drowned in noise, and one state after
 * the other is put back as it was; what that brings back of the answer's probability is the state's indirect effect.
 * A single layer of the residual stream is restored, but a window of layers of what MLPs or attention add, since one
 * alone shows little. Where a fact is read hardly predicts the layer that is best edited (2301.04213).
 *
 * @param spans the prompt's tokens
 * @param subject the first and the last token of the subject
 */
export async function causalTrace(
  context: ProbeContext,
  spans: ReturnType<typeof tokenSpans>,
  subject: { readonly first: number; readonly last: number },
  { samples, window }: TraceOptions,
  work: Work = {},
): Promise<CausalTrace> {
  const tokens = spans.map(({ id }) => id);
  const { tokenizer, embedding } = context.model;
  const map = await mapResidualStream(context);
  const clean = await cleanRun(context, map, tokens, work);
  const answer = argmax(clean.next.logits);
  const probability = (next: NextToken) => Math.exp(logProbability(next, answer));
  const width = (subject.last - subject.first + 1) * embedding;
  const { noise, noises } = subjectNoise(clean.embeddings, width, samples);
  const sums = { residual: grid(map, tokens), mlp: grid(map, tokens), attention: grid(map, tokens) };
  const runs = STREAMS.flatMap((stream) =>
    [...map.layers.keys()].flatMap((layer) => {
      const nodes = restoredNodes(map, stream, layer, stream === 'residual' ? 1 : window);
      const row = at(sums[stream], layer);
      return Array.from({ length: tokens.length - subject.first }, (_, i) => {
        const token = subject.first + i;
        const add = (p: number) => {
          row[token] = at(row, token) + p / samples;
        };
        return { token, nodes, add };
      });
    }),
  );
  let corrupted = 0;
  for (const [sample, noise] of noises.entries()) {
    const corruption = { tokens, subject, noise, kept: clean.kept };
    const plain = await restoreEach(context, runs, corruption, (run, next) => run.add(probability(next)), {
      signal: work.signal,
      report: (what, part) => work.report?.(what, (sample + part) / samples),
    });
    corrupted += probability(plain) / samples;
  }
  const indirect = (stream: Stream) =>
    sums[stream].map((row) => row.map((p, token) => (token < subject.first ? 0 : p - corrupted)));
  const p = probability(clean.next);
  return {
    tokens: spans.map(({ id, text }) => ({ id, text })),
    layers: map.layers.length,
    subject,
    answer: { id: answer, token: tokenizer.piece(answer) },
    clean: p,
    corrupted,
    totalEffect: p - corrupted,
    indirect: { residual: indirect('residual'), mlp: indirect('mlp'), attention: indirect('attention') },
    samples,
    noise,
    window,
  };
}

const grid = (map: ResidualMap, tokens: readonly number[]): number[][] =>
  map.layers.map(() => tokens.map(() => 0));

/** The nodes of a stream in the window around a layer. */
function restoredNodes(map: ResidualMap, stream: Stream, layer: number, window: number): Set<number> {
  const [first, end] = layersAround(layer, window, map.layers.length);
  const nodes = map.layers.slice(first, end).flatMap((parts) => nodesIn(parts, stream));
  return new Set(nodes.map(({ index }) => index));
}

/** The values of every state that can be restored, the embeddings, and the logits after the prompt. */
async function cleanRun(
  context: ProbeContext,
  map: ResidualMap,
  tokens: readonly number[],
  { signal }: Work,
) {
  const names = namesOf(map);
  const kept = new Map<number, { name: string; width: number; values: Float32Array }>();
  let embeddings = new Float32Array();
  const visitor: NodeVisitor = {
    wants: (node) => names.get(node.index) === node.name || isEmbedding(node, context.model.embedding),
    visit(node) {
      const values = node.read();
      if (names.get(node.index) === node.name) {
        kept.set(node.index, { name: node.name, width: node.struct.ne[0], values });
      } else embeddings = Float32Array.from(values);
    },
  };
  context.clear();
  // every token is an output, since the last layer is computed for outputs only
  const batch = new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true }));
  await context.tap?.during(visitor, () => context.decode(batch, signal));
  if (embeddings.length === 0)
    throw new InputError('The embeddings of this model are not found in its graph.');
  return { kept, embeddings, next: context.next(tokens.length - 1) };
}

function namesOf(map: ResidualMap): Map<number, string> {
  const refs = map.layers.flatMap((parts) => STREAMS.flatMap((stream) => nodesIn(parts, stream)));
  return new Map(refs.map(({ index, name }) => [index, name]));
}

/** The look-up of the tokens' embeddings; a tied output head multiplies with the same weight. */
function isEmbedding(node: TappedNode, width: number): boolean {
  if (node.firstSource === 0n || node.source(0).name !== 'token_embd.weight') return false;
  return node.struct.ne[0] === width;
}
