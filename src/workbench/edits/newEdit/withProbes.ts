import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';

type Probes = NonNullable<Edit['probes']>;

/** Probes that a model proposed. */
export interface Proposed {
  readonly paraphrase: NonNullable<Probes['paraphrase']>;
  readonly neighbourhood: NonNullable<Probes['neighbourhood']>;
}

/** An edit with more probes behind its own, without those that it asks already. */
export function withProbes(edit: Edit, proposed: Proposed): Edit {
  const { probes = {} } = edit;
  const paraphrase = joined(edit, probes.paraphrase, proposed.paraphrase);
  const neighbourhood = joined(edit, probes.neighbourhood, proposed.neighbourhood);
  const all = { ...probes, ...(paraphrase && { paraphrase }), ...(neighbourhood && { neighbourhood }) };
  return Object.keys(all).length === 0 ? edit : { ...edit, probes: all };
}

/** @returns undefined for no probe at all */
function joined<T extends { readonly prompt: Prompt }>(
  { prompt }: Edit,
  own: readonly T[] = [],
  more: readonly T[],
): T[] | undefined {
  const asked = new Set([prompt, ...own.map((probe) => probe.prompt)].map(shownPrompt));
  const all = [...own, ...more.filter((probe) => !asked.has(shownPrompt(probe.prompt)))];
  return all.length === 0 ? undefined : all;
}
