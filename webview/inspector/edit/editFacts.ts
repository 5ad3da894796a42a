import { t } from '@vscode/l10n';
import type { EditReport, ValueStep } from '../../../src/protocol/editing.ts';
import type { LineChart } from '../../charts/lineChart.ts';
import { count, magnitude, seconds } from '../format.ts';

/** One thing that is known of an edit's computation, as the Edit tab and the report name it. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** The loss and its parts, and ‖δ‖/‖v₀‖, by step. */
export function stepCharts(steps: readonly ValueStep[]): {
  readonly loss: LineChart;
  readonly norm: LineChart;
} {
  const x = steps.map(({ step }) => step);
  const shared = { xLabel: t('step'), x, mark: null, text: magnitude };
  return {
    loss: {
      ...shared,
      yLabel: t('nats'),
      lines: [
        { name: t('NLL of the new answer'), series: 0, dashed: false, values: steps.map(({ nll }) => nll) },
        { name: t('KL of what is held'), series: 1, dashed: true, values: steps.map(({ kl }) => kl) },
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

export function factsOf(report: EditReport): Fact[] {
  const { method, layer, layerReason, relativeNorm, updateNorm, relativeUpdateNorm, covariance } = report;
  return [
    { name: t('Method'), value: method, meaning: t('How the weight was changed') },
    { name: t('Layer'), value: String(layer), meaning: layerReason },
    { name: t('Why this layer'), value: layerReason, meaning: '' },
    {
      name: '‖δ‖ / ‖v₀‖',
      value: magnitude(relativeNorm),
      meaning: t('How far the value was moved, against what the layer gave before'),
    },
    {
      name: '‖ΔW‖ / ‖W‖',
      value: magnitude(relativeUpdateNorm),
      meaning: t('How far the weight was moved, against itself (Frobenius)'),
    },
    { name: '‖ΔW‖', value: magnitude(updateNorm), meaning: t('Frobenius norm of the change of the weight') },
    {
      name: t('Covariance'),
      value: t('{0} keys, condition {1}', count(covariance.samples), magnitude(covariance.condition)),
      meaning: t('Second moment of the layer’s keys, and its largest eigenvalue over its smallest'),
    },
  ];
}

/** By the names of the ROME release where it has them. */
export function hyperparametersOf({ hyperparameters, templates }: EditReport): Fact[] {
  const { steps, learningRate, stopBelow, clamp, kl, protect, weightDecay, ridge, samples, keyRidge } =
    hyperparameters;
  return [
    { name: 'v_num_grad_steps', value: String(steps), meaning: t('Gradient steps at most') },
    { name: 'v_lr', value: magnitude(learningRate), meaning: t('Adam’s step') },
    { name: 'clamp_norm_factor', value: magnitude(clamp), meaning: t('Bound of ‖δ‖ as a multiple of ‖v₀‖') },
    { name: 'kl_factor', value: magnitude(kl), meaning: t('Weight of the KL at “{subject} is a”') },
    { name: 'v_weight_decay', value: magnitude(weightDecay), meaning: t('Weight of ‖δ‖ / ‖v₀‖²') },
    {
      name: t('stop below'),
      value: t('{0} nats', magnitude(stopBelow)),
      meaning: t('Stops when the NLL is below'),
    },
    { name: t('protect'), value: magnitude(protect), meaning: t('Weight of the KL at protected facts') },
    {
      name: t('ridge'),
      value: magnitude(ridge),
      meaning: t('Added to the covariance, as a share of its mean diagonal'),
    },
    {
      name: t('samples'),
      value: `${count(samples)} ×`,
      meaning: t('Keys of the covariance, per width of a key'),
    },
    { name: t('key ridge'), value: magnitude(keyRidge), meaning: t('λ of the method over several keys') },
    { name: t('templates'), value: count(templates.length), meaning: templates.join('\n') },
  ];
}

export function timesOf({ seconds: spent, steps }: EditReport): Fact[] {
  const total = spent.keys + spent.twin + spent.value + spent.solve;
  const mean = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(1, steps.length);
  return [
    { name: t('Each step'), value: seconds(mean / 1000), meaning: t('Mean over {0} steps', steps.length) },
    { name: t('Keys'), value: seconds(spent.keys), meaning: t('Reading the keys and the covariance') },
    {
      name: t('Twin'),
      value: seconds(spent.twin),
      meaning: t('Building the differentiable twin of the graph'),
    },
    { name: t('Value'), value: seconds(spent.value), meaning: t('Optimising the value') },
    { name: t('Solve'), value: seconds(spent.solve), meaning: t('Solving for the change of the weight') },
    { name: t('Total'), value: seconds(total), meaning: '' },
  ];
}
