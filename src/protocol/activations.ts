import * as z from 'zod';
import { TokenProbability } from './probe.ts';

/** What the activation and lens views show. Matrices are layers × tokens, one layer's row after the other. */

const matrix = z.instanceof(Float32Array);

export const PromptToken = z.strictObject({ id: z.int(), text: z.string() });
export type PromptToken = z.infer<typeof PromptToken>;

/** Euclidean norms, layers × tokens. NaN and infinities are the model's own and kept. */
export const Norms = z.strictObject({ residual: matrix, attention: matrix, mlp: matrix });
export type Norms = z.infer<typeof Norms>;

export const Activations = z.strictObject({
  tokens: z.array(PromptToken),
  layers: z.int(),
  norms: Norms,
});
export type Activations = z.infer<typeof Activations>;

export const ActivationComparison = z.strictObject({
  tokens: z.array(PromptToken),
  layers: z.int(),
  before: Norms,
  after: Norms,
  change: Norms.describe('Norm of the difference after - before; exactly 0 where nothing changed.'),
});
export type ActivationComparison = z.infer<typeof ActivationComparison>;

export const NeuronState = z.strictObject({
  activation: z.number(),
  written: z
    .number()
    .describe('Norm of what it adds to the residual stream: its value times the activation.'),
  promotes: z
    .array(TokenProbability)
    .describe('What the model would say if the residual stream were what the neuron adds, and nothing else.'),
});
export type NeuronState = z.infer<typeof NeuronState>;

export const KeyValuePair = z.strictObject({
  neuron: z.int().describe("Index among the inputs of the layer's down-projection."),
  before: NeuronState,
  after: NeuronState,
  moved: z
    .number()
    .describe('How far its value is from the one before, as a share of that: ‖after − before‖ / ‖before‖.'),
});
export type KeyValuePair = z.infer<typeof KeyValuePair>;

export const KeyValues = z.strictObject({
  tokens: z.array(PromptToken),
  layer: z.int(),
  position: z.int(),
  pairs: z
    .array(KeyValuePair)
    .describe('The most active neurons of either state, the largest activation first.'),
});
export type KeyValues = z.infer<typeof KeyValues>;

export const LensCell = z.strictObject({
  top: z.array(TokenProbability),
  targets: z.array(z.strictObject({ id: z.int(), logP: z.number().describe('In nats.'), rank: z.int() })),
});
export type LensCell = z.infer<typeof LensCell>;

export const Lens = z.strictObject({
  tokens: z.array(PromptToken),
  positions: z.array(z.int()).describe('Which tokens of the prompt were read, counted from 0.'),
  layers: z.array(z.array(LensCell)).describe('By layer, then by position as listed.'),
});
export type Lens = z.infer<typeof Lens>;
