import { readTraced } from '../trace/readTraced.ts';

/** What is attributed; the prompt besides. */
export interface AskedAttribution {
  /** The words that are drowned in noise; null where states are compared with zero. */
  readonly subject: string | null;
  readonly samples: number;
  readonly lens: boolean;
}

type ReadAsked =
  | { readonly valid: true; readonly value: AskedAttribution }
  | { readonly valid: false; readonly complaint: string };

/** What was typed as what is attributed, or what is wrong with it. */
export function readAsked(
  prompt: string,
  { subject, samples, lens }: { readonly subject: string; readonly samples: string; readonly lens: boolean },
): ReadAsked {
  if (subject.trim() === '') return { valid: true, value: { subject: null, samples: 1, lens } };
  const read = readTraced(prompt, { subject, samples });
  return read.valid ? { valid: true, value: { ...read.value, lens } } : read;
}
