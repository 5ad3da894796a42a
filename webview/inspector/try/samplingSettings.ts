import * as l10n from '@vscode/l10n';
import type { View } from '../savedView.ts';

type Settings = Pick<View['trial'], 'sampled' | 'temperature' | 'topP' | 'seed' | 'maxTokens'>;

interface Sampled {
  readonly maxTokens: number;
  readonly sampling?: { readonly temperature: number; readonly topP: number; readonly seed: number };
}

export type ReadSettings =
  | { readonly valid: true; readonly value: Sampled }
  | { readonly valid: false; readonly complaint: string };

const tokenLimit = 4096;

/** What was typed, as numbers, or what is wrong with the first that is none. */
export function readSettings({ sampled, temperature, topP, seed, maxTokens }: Settings): ReadSettings {
  const wrong = (complaint: string): ReadSettings => ({ valid: false, complaint });
  const tokens = numberOf(maxTokens);
  if (!Number.isInteger(tokens) || tokens < 1 || tokens > tokenLimit) {
    return wrong(l10n.t('Tokens must be a whole number from 1 to {0}.', tokenLimit));
  }
  if (!sampled) return { valid: true, value: { maxTokens: tokens } };
  const sampling = { temperature: numberOf(temperature), topP: numberOf(topP), seed: numberOf(seed) };
  if (!(sampling.temperature > 0 && sampling.temperature <= 10)) {
    return wrong(l10n.t('The temperature must be above 0 and at most 10.'));
  }
  if (!(sampling.topP > 0 && sampling.topP <= 1))
    return wrong(l10n.t('Top p must be above 0 and at most 1.'));
  if (!Number.isSafeInteger(sampling.seed)) return wrong(l10n.t('The seed must be a whole number.'));
  return { valid: true, value: { maxTokens: tokens, sampling } };
}

/** NaN for what is no number; an empty text is none. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
}
