import { InputError } from '../errors.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { NodeVisitor, TappedNode } from '../llama/nodeTap.ts';
import { at } from '../numeric/at.ts';
import type { Work } from '../work/progress.ts';
import type { NextToken } from './nextToken.ts';
import { pack } from './pack.ts';
import type { ProbeContext } from './probeContext.ts';

/** What is put back in a run: states of one token, in nodes of the graph. */
export interface Restoration {
  readonly token: number;
  readonly nodes: ReadonlySet<number>;
}

/** What drowns the subject, and what the states are without. */
export interface Corruption {
  readonly tokens: readonly number[];
  /** Its first and its last token. */
  readonly subject: { readonly first: number; readonly last: number };
  /** Of the subject's tokens, one after the other. */
  readonly noise: Float32Array;
  /** By their nodes. */
  readonly kept: ReadonlyMap<
    number,
    { readonly name: string; readonly width: number; readonly values: Float32Array }
  >;
}

/** A restoration as a sequence of a batch. */
interface Run<R extends Restoration> {
  readonly restored: R;
  /** The first token that is computed. */
  readonly first: number;
}

/**
 * Runs a corrupted prompt once plain and once for each restoration, many of them as sequences of one batch. A state changes
 * nothing of the tokens before its own: those are taken from the plain run, which stays in the cache as sequence 0.
 *
 * @returns what comes after the plain run
 * @throws InputError for a prompt that does not fit into the context twice
 */
export async function restoreEach<R extends Restoration>(
  context: ProbeContext,
  restorations: readonly R[],
  corruption: Corruption,
  onNext: (restored: R, next: NextToken) => void,
  { signal, report }: Work,
): Promise<NextToken> {
  const { length } = corruption.tokens;
  const room = context.size - length;
  if (length > room) throw new InputError(`The prompt has ${length} tokens, too many to be traced.`);
  context.clear();
  const plain: Run<Restoration> = { restored: { token: 0, nodes: new Set() }, first: 0 };
  const [after] = await decodeRuns(context, [plain], 0, corruption, signal);
  // a state that is the sequence's own, as recurrent models have, cannot go back to an earlier token
  const shared = context.model.unsupported === undefined;
  const runs = restorations.map((restored): Run<R> => ({ restored, first: shared ? restored.token : 0 }));
  const most = Math.min(context.sequences - 1, context.outputRows);
  const batches = pack(runs, ({ first }) => [length - first, 1], [room, most]);
  for (const [i, some] of batches.entries()) {
    report?.('restoring states', i / batches.length);
    const outcomes = await decodeRuns(context, some, 1, corruption, signal);
    for (const [run, next] of outcomes.entries()) onNext(at(some, run).restored, next);
  }
  if (after === undefined) throw new Error('the corrupted run has no output');
  return after;
}

/** What comes after each run; they are decoded as sequences from `sequence` on. */
async function decodeRuns(
  context: ProbeContext,
  runs: readonly Run<Restoration>[],
  sequence: number,
  corruption: Corruption,
  signal: AbortSignal | undefined,
): Promise<NextToken[]> {
  // all at once, so that the cells of the batch before are free
  for (let used = 1; used < context.sequences; used++) context.truncate(used, 0);
  for (const [i, { first }] of runs.entries()) {
    if (first === 0) continue;
    context.copySequence(0, sequence + i);
    context.truncate(sequence + i, first);
  }
  const batch = new TokenBatch(
    runs.flatMap(({ first }, i) =>
      TokenBatch.sequence(corruption.tokens.slice(first), { sequence: sequence + i, start: first }),
    ),
  );
  const visitor = corrupting(runs, batch.length, corruption);
  await context.tap?.during(visitor, () => context.decode(batch, signal));
  return batch.outputs.map((output) => context.next(output));
}

/**
 * Adds the noise to the subject in each run, and puts back what each restores.
 *
 * @param rows tokens of the batch
 */
function corrupting(
  runs: readonly Run<Restoration>[],
  rows: number,
  { tokens, subject, noise, kept }: Corruption,
): NodeVisitor {
  const wanted = new Set(runs.flatMap(({ restored }) => [...restored.nodes]));
  const starts: number[] = [];
  let end = 0;
  for (const { first } of runs) {
    starts.push(end);
    end += tokens.length - first;
  }
  let embedded = false;
  const drown = (node: TappedNode) => {
    const [width] = node.struct.ne;
    for (const [i, { first }] of runs.entries()) {
      const from = Math.max(first, subject.first);
      if (from > subject.last) continue;
      const start = (at(starts, i) + from - first) * width;
      const part = noise.subarray((from - subject.first) * width);
      const own = node.read(start, part.length);
      node.write(
        own.map((x, k) => x + (part[k] as number)),
        start,
      );
    }
  };
  return {
    wants(node) {
      if (wanted.has(node.index)) return kept.get(node.index)?.name === node.name;
      return !embedded && node.firstSource !== 0n && node.source(0).name === 'token_embd.weight';
    },
    visit(node) {
      const clean = kept.get(node.index);
      if (clean === undefined) {
        embedded = true;
        drown(node);
        return;
      }
      // in the last layer only outputs are there: the last token of each run
      const all = node.struct.ne[1] === rows;
      for (const [i, { restored, first }] of runs.entries()) {
        const { nodes, token } = restored;
        if (!nodes.has(node.index) || (!all && token < tokens.length - 1)) continue;
        const row = all ? at(starts, i) + token - first : i;
        const from = token * clean.width;
        node.write(clean.values.subarray(from, from + clean.width), row * clean.width);
      }
    },
  };
}
