import type { KeyValuePair, NeuronState } from '../../protocol/activations.ts';
import { at } from '../numeric/at.ts';
import { unembed } from './logitLens.ts';
import { maxActive, neuronActivations } from './neurons.ts';
import { neuronValues } from './neuronValues.ts';
import { topProbabilities } from './nextToken.ts';
import type { ProbeContext, SwitchTo } from './probeContext.ts';
import { mapResidualStream } from './residualMap.ts';

export interface KeyValueOptions {
  readonly layer: number;
  readonly position: number;
  /** Neurons that are named of each state. */
  readonly count: number;
  /** Tokens that are named of each value; their reading is left out for 0. */
  readonly promoted: number;
}

/**
 * The strongest key-value pairs of a layer's MLP at one token (2012.14913), before and after: the neurons that are most
 * active in either state, the largest activation first. A key is what makes a neuron active; its value is what it then
 * adds to the residual stream. What a value promotes is read by the logit lens (2203.14680), in the direction in which
 * the activation's sign adds it. The state is left at `after`.
 *
 * @throws InputError for a mixture of experts, where each token has other neurons
 */
export async function keyValuePairs(
  context: ProbeContext,
  switchTo: SwitchTo,
  tokens: readonly number[],
  { layer, position, count, promoted }: KeyValueOptions,
  signal?: AbortSignal,
): Promise<KeyValuePair[]> {
  const activationsIn = async (state: 'before' | 'after') => {
    switchTo(state);
    const map = await mapResidualStream(context);
    return await neuronActivations(context, map, tokens, { layer, position }, signal);
  };
  const activations = { before: await activationsIn('before'), after: await activationsIn('after') };
  const chosen = [
    ...new Set([...maxActive(activations.before, count), ...maxActive(activations.after, count)]),
  ];
  const largest = (neuron: number) =>
    Math.max(Math.abs(at(activations.before, neuron)), Math.abs(at(activations.after, neuron)));
  const neurons = chosen.toSorted((a, b) => largest(b) - largest(a));

  const stateOf = async (state: 'before' | 'after') => {
    switchTo(state);
    const map = await mapResidualStream(context);
    const values = await neuronValues(context, map, { layer, neurons }, signal);
    const written = values.map((value, i) => {
      const activation = at(activations[state], at(neurons, i));
      return value.map((x) => x * activation);
    });
    const promotes: NeuronState['promotes'][] = [];
    if (promoted > 0) {
      for await (const next of unembed(context, map, written, signal)) {
        promotes.push(topProbabilities(next, promoted, context.model.tokenizer));
      }
    }
    const states = neurons.map(
      (neuron, i): NeuronState => ({
        activation: at(activations[state], neuron),
        written: norm(at(written, i)),
        promotes: promotes[i] ?? [],
      }),
    );
    return { values, states };
  };
  const before = await stateOf('before');
  const after = await stateOf('after');
  return neurons.map((neuron, i) => {
    const [was, is] = [at(before.values, i), at(after.values, i)];
    const moved = norm(is.map((x, j) => x - (was[j] as number))) / norm(was);
    return { neuron, before: at(before.states, i), after: at(after.states, i), moved };
  });
}

function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}
