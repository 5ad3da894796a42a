import type { SomeHyperparameters } from '../../../src/protocol/hyperparameters.ts';
import type { Method } from '../../../src/protocol/methods.ts';
import type { PresetName } from '../../../src/protocol/presets.ts';

/** A way to make answers safe. */
export interface Setting {
  readonly name: string;
  readonly method: Method;
  readonly layer?: number;
  readonly preset?: PresetName;
  readonly hyperparameters?: SomeHyperparameters;
}

const dinm = (name: string, hyperparameters: SomeHyperparameters, layer?: number): Setting => ({
  name,
  method: 'dinm',
  hyperparameters,
  ...(layer !== undefined && { layer }),
});

/** What was tried on records that are not measured: layer, rate, steps, what the safe answer weighs. */
export const curve: readonly Setting[] = [
  { name: 'as published', method: 'dinm', preset: 'paper' },
  dinm('without the sentence', {}),
  ...[10, 20].map((layer) => dinm(`layer ${layer}`, {}, layer)),
  dinm('rate 2e-3', { dinmRate: 2e-3 }),
  dinm('rate 2e-3, wrapped', { dinmRate: 2e-3, dinmHeld: 'wrapped' }),
  dinm('layer 20, wrapped', { dinmHeld: 'wrapped' }, 20),
  dinm('20 steps, wrapped', { dinmSteps: 20, dinmHeld: 'wrapped' }),
  dinm('20 steps, rate 1e-3, wrapped', { dinmSteps: 20, dinmRate: 1e-3, dinmHeld: 'wrapped' }),
  dinm('relative layer', { dinmLayer: 'relative' }),
  dinm('layer 3', {}, 3),
];

/** What is compared on the records that are measured. */
export const settings: readonly Setting[] = [{ name: 'as published', method: 'dinm', preset: 'paper' }];
