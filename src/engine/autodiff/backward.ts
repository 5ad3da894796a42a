import type { Tensor } from '../llama/graph.ts';
import type { Pointer } from '../llama/library.ts';
import { mulMat, mulMatId } from './rules/products.ts';
import { contiguous, type Rule } from './rules/rule.ts';
import { throughWeight } from './throughWeight.ts';
import type { Factors, TapeEntry, Twin } from './twin.ts';
import type { TransposedWeights } from './weights.ts';

/** The weights whose transposed copies the backward pass will ask for, by name. */
export function weightsOnTheWay(twin: Twin, weights: TransposedWeights): string[] {
  return twin.tape.flatMap(({ rule, inputs: [weight], weights: [name] }) =>
    products.has(rule) && weight !== undefined && name !== undefined && weights.promises(name, weight)
      ? [name]
      : [],
  );
}

/** The operations that multiply with a weight. */
const products: ReadonlySet<Rule> = new Set([mulMat, mulMatId]);

/** What the backward pass ends in. */
interface Gradients {
  /** d loss / d delta, of delta's shape. */
  readonly delta: Tensor;
  /** d loss / dA and d loss / dB, of their shapes, by the weight's name. */
  readonly factors: ReadonlyMap<string, Factors>;
  /** d loss / d each of the tensors that were asked for, in their order. */
  readonly of: readonly Tensor[];
}

/**
 * Appends the backward pass to the twin's graph: the tape in reverse, one vector-Jacobian product per operation.
 *
 * @param seed d loss / d logits
 * @param asked tensors of the tape whose gradients are wanted as well
 */
export function backward(
  twin: Twin,
  seed: Tensor,
  weights: TransposedWeights,
  asked: readonly Tensor[] = [],
): Gradients {
  const { graph, tape } = twin;
  const wanted = [twin.site, ...[...twin.factors.values()].flatMap(({ a, b }) => [a, b])];
  const reached = new Set<Pointer>(
    [...wanted, ...tape.map(({ output }) => output)].map(({ pointer }) => pointer),
  );
  const gradients = new Map<Pointer, Tensor>([[twin.logits.pointer, seed]]);
  const kept = new Set(asked.map(({ pointer }) => pointer));
  for (const entry of tape.toReversed()) {
    const incoming = gradients.get(entry.output.pointer);
    if (incoming === undefined) continue;
    if (!kept.has(entry.output.pointer)) gradients.delete(entry.output.pointer);
    const gradient = contiguous(graph, incoming);
    const outgoing = entry.rule.backward(graph, {
      ...entry,
      gradient,
      needs: (index) => reached.has(entry.inputs[index]?.pointer ?? 0n),
      throughWeight: () => {
        const {
          inputs,
          weights: [name],
        } = entry;
        return name === undefined
          ? undefined
          : throughWeight(graph, weights, name, inputAt(entry, 0), gradient, inputs[2]);
      },
      rows: (index) => twin.rows(inputAt(entry, index)),
    });
    outgoing.forEach((part, index) => {
      const target = entry.inputs[index];
      if (part === undefined || target === undefined || !reached.has(target.pointer)) return;
      const sum = gradients.get(target.pointer);
      gradients.set(target.pointer, sum === undefined ? part : graph.add(sum, part));
    });
  }
  const of = ({ pointer }: Tensor): Tensor => {
    const gradient = gradients.get(pointer);
    if (gradient === undefined) throw new Error('the loss does not depend on the edited node');
    return contiguous(graph, gradient);
  };
  const factors = new Map([...twin.factors].map(([name, { a, b }]) => [name, { a: of(a), b: of(b) }]));
  return { delta: of(twin.site), factors, of: asked.map(of) };
}

function inputAt(entry: TapeEntry, index: number): Tensor {
  const tensor = entry.inputs[index];
  if (tensor === undefined) throw new Error(`the traced node has no source ${index}`);
  return tensor;
}
