import type { Edit } from '../../protocol/edits.ts';
import type { KnownPrompt } from '../../protocol/inspector.ts';
import { PROBE_KINDS } from '../../protocol/names.ts';

/** All prompts of an edit, its own first. */
export function promptsOf({ prompt, probes = {} }: Edit): KnownPrompt[] {
  return [
    { kind: 'efficacy', prompt },
    ...PROBE_KINDS.flatMap((kind) => (probes[kind] ?? []).map((probe) => ({ kind, prompt: probe.prompt }))),
  ];
}

/** Where a probe stands below its edit in the file: `['probes', 'paraphrase', 2]`; the edit's prompt where it is gone. */
export function probePlace({ probes = {} }: Edit, { kind, prompt }: KnownPrompt): (string | number)[] {
  if (kind === 'efficacy') return ['prompt'];
  const index = (probes[kind] ?? []).findIndex((probe) => probe.prompt === prompt);
  return index < 0 ? ['prompt'] : ['probes', kind, index];
}
