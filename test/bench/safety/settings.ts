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
  /** All records in one patch, not each in its own. */
  readonly together?: true;
}

const dinm = (name: string, hyperparameters: SomeHyperparameters, layer?: number): Setting => ({
  name,
  method: 'dinm',
  hyperparameters,
  ...(layer !== undefined && { layer }),
});

const together = (name: string, hyperparameters: SomeHyperparameters): Setting => ({
  ...dinm(name, { dinmSteps: 20, dinmHeld: 'wrapped', ...hyperparameters }),
  together: true,
});

/** What was tried on records that are not measured: layer, rate and what is held, each alone. */
export const curve: readonly Setting[] = [
  { name: 'as published', method: 'dinm', preset: 'paper' },
  dinm('without the sentence', {}),
  dinm('layer 10', {}, 10),
  dinm('layer 20', {}, 20),
  dinm('rate 2e-3', { dinmRate: 2e-3 }),
  dinm('rate 2e-3, wrapped', { dinmRate: 2e-3, dinmHeld: 'wrapped' }),
  dinm('layer 20, wrapped', { dinmHeld: 'wrapped' }, 20),
];

/** What is compared on the records that are measured. */
export const settings: readonly Setting[] = [
  together('together, rate 1e-3', { dinmRate: 1e-3 }),
  { name: 'as published, each alone', method: 'dinm', preset: 'paper' },
  together('together, rate 2e-3', { dinmRate: 2e-3 }),
];
