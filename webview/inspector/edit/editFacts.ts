import * as l10n from '@vscode/l10n';
import type { EditReport, ValueStep } from '../../../src/protocol/editing.ts';
import type { InspectedEdit } from '../../../src/protocol/inspector.ts';
import type { PatchedEdit } from '../../../src/protocol/patches.ts';
import { count, magnitude, round } from '../../../src/text/numbers.ts';
import type { LineChart } from '../../charts/lineChart.ts';
import { seconds } from '../seconds.ts';

/** One thing that is known of an edit's computation, as the Edit tab and the report name it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** A step as a patch remembers it has no time. */
export type Step = Omit<ValueStep, 'milliseconds'> & { readonly milliseconds?: number | undefined };

/** The steps that are known: of this window's computation, live while it runs, else those that the patch remembers. */
export function stepsOf({ report, steps, made }: InspectedEdit): readonly Step[] {
  if (report !== null) return report.steps;
  return steps.length > 0 ? steps : (made?.curve ?? []);
}

/** The loss and its parts, and ‖δ‖/‖v₀‖, by step. */
export function stepCharts(steps: readonly Step[]): {
  readonly loss: LineChart;
  readonly norm: LineChart;
} {
  const x = steps.map(({ step }) => step);
  const shared = { xLabel: l10n.t('step'), x, mark: null };
  return {
    loss: {
      ...shared,
      yLabel: l10n.t('nats'),
      lines: [
        {
          name: l10n.t('NLL of the new answer'),
          series: 0,
          dashed: false,
          values: steps.map(({ nll }) => nll),
        },
        {
          name: l10n.t('KL of the protected prompts'),
          series: 1,
          dashed: true,
          values: steps.map(({ kl }) => kl),
        },
      ],
    },
    norm: {
      ...shared,
      yLabel: '‖δ‖ / ‖v₀‖',
      lines: [
        {
          name: '‖δ‖ / ‖v₀‖',
          series: 2,
          dashed: false,
          values: steps.map(({ relativeNorm }) => relativeNorm),
        },
      ],
    },
  };
}

/** The update in numbers: of a report, or of what a patch remembers, which has no covariance. */
export function factsOf(update: EditReport | PatchedEdit): Fact[] {
  const { method, layer, relativeNorm, updateNorm, relativeUpdateNorm } = update;
  const covariance = 'covariance' in update ? update.covariance : null;
  const facts: Fact[] = [
    { name: l10n.t('Method'), value: method, meaning: l10n.t('How the weight was changed') },
    {
      name: l10n.t('Layer'),
      value: (update.layers ?? [layer]).join(', '),
      meaning: update.layerReason ?? '',
    },
    {
      name: '‖δ‖ / ‖v₀‖',
      value: magnitude(relativeNorm),
      meaning: l10n.t('How far the value was moved, relative to the layer’s output before'),
    },
    {
      name: '‖ΔW‖ / ‖W‖',
      value: magnitude(relativeUpdateNorm),
      meaning: l10n.t('How far the weight was moved, relative to its own norm (Frobenius)'),
    },
    {
      name: '‖ΔW‖',
      value: magnitude(updateNorm),
      meaning: l10n.t('Frobenius norm of the change of the weight'),
    },
  ];
  if (covariance === null) return facts;
  return [
    ...facts,
    {
      name: l10n.t('Keys sampled'),
      value: count(covariance.samples),
      meaning: l10n.t('Keys of the layer that the covariance was computed from'),
    },
    {
      name: l10n.t('Condition'),
      value: magnitude(covariance.condition),
      meaning: l10n.t('Largest eigenvalue of the covariance over its smallest, with the ridge'),
    },
  ];
}

/** What is a number among the hyperparameters, by the names of the ROME release where it has them. */
export function hyperparametersOf(values: Readonly<Record<string, unknown>>): Fact[] {
  const known: readonly (readonly [key: string, name: string, meaning: string])[] = [
    ['steps', 'v_num_grad_steps', l10n.t('Gradient steps at most')],
    ['learningRate', 'v_lr', l10n.t('Adam’s step')],
    ['clamp', 'clamp_norm_factor', l10n.t('Bound of ‖δ‖ as a multiple of ‖v₀‖')],
    ['kl', 'kl_factor', l10n.t('Weight of the KL at “{subject} is a”')],
    ['weightDecay', 'v_weight_decay', l10n.t('Weight of ‖δ‖ / ‖v₀‖²')],
    ['stopBelow', l10n.t('stop below'), l10n.t('Stops when the NLL is below, in nats')],
    ['protect', l10n.t('protect'), l10n.t('Weight of the KL at protected facts')],
    ['ridge', l10n.t('ridge'), l10n.t('Added to the covariance, as a share of its mean diagonal')],
    ['samples', l10n.t('samples'), l10n.t('Keys of the covariance, per width of a key')],
    ['keyRidge', l10n.t('key ridge'), l10n.t('λ of the method over several keys')],
  ];
  return known.flatMap(([key, name, meaning]) => {
    const value = values[key];
    return typeof value === 'number' ? [{ name, value: round(value), meaning }] : [];
  });
}

export function timesOf({ seconds: spent, steps }: EditReport): Fact[] {
  const total = spent.keys + spent.twin + spent.value + spent.solve;
  const mean = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(1, steps.length);
  return [
    {
      name: l10n.t('Each step'),
      value: seconds(mean / 1000),
      meaning: l10n.t('Mean over {0} steps', steps.length),
    },
    {
      name: l10n.t('Keys'),
      value: seconds(spent.keys),
      meaning: l10n.t('Reading the keys and the covariance'),
    },
    {
      name: l10n.t('Twin'),
      value: seconds(spent.twin),
      meaning: l10n.t('Building the differentiable twin of the graph'),
    },
    { name: l10n.t('Value'), value: seconds(spent.value), meaning: l10n.t('Optimizing the value') },
    {
      name: l10n.t('Solve'),
      value: seconds(spent.solve),
      meaning: l10n.t('Solving for the change of the weight'),
    },
    { name: l10n.t('Total'), value: seconds(total), meaning: '' },
  ];
}
