import * as l10n from '@vscode/l10n';

/** What is traced; the prompt besides. */
export interface Traced {
  readonly subject: string;
  readonly samples: number;
}

type ReadTraced =
  | { readonly valid: true; readonly value: Traced }
  | { readonly valid: false; readonly complaint: string };

const maxSamples = 1000;

/** What was typed as what is traced, or what is wrong with it. */
export function readTraced(
  prompt: string,
  { subject, samples }: { readonly subject: string; readonly samples: string },
): ReadTraced {
  if (subject.trim() === '') {
    return { valid: false, complaint: l10n.t('Enter the words of the prompt to corrupt.') };
  }
  if (!prompt.includes(subject.trim())) {
    return { valid: false, complaint: l10n.t('“{0}” is not in the prompt.', subject.trim()) };
  }
  const count = samples.trim() === '' ? Number.NaN : Number(samples);
  if (!Number.isInteger(count) || count < 1 || count > maxSamples) {
    return {
      valid: false,
      complaint: l10n.t('Noise samples must be a whole number from 1 to {0}.', maxSamples),
    };
  }
  return { valid: true, value: { subject: subject.trim(), samples: count } };
}
