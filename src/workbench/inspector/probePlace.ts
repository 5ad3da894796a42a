import type { Prompt } from '../../protocol/chat.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { KnownPrompt } from '../../protocol/inspector.ts';
import { PROBE_KINDS } from '../../protocol/names.ts';
import { shownPrompt } from '../../protocol/promptWords.ts';

/** All prompts of an edit as they are shown, its own first. */
export function promptsOf(edit: Edit): KnownPrompt[] {
  return asked(edit).map(({ kind, prompt }) => ({ kind, prompt: shownPrompt(prompt) }));
}

/** What the model is asked with where a page reads a text: a prompt of the edit that is shown so, or the text. */
export function promptShownAs(edit: Edit | undefined, text: string): Prompt {
  return edit === undefined
    ? text
    : (asked(edit).find(({ prompt }) => shownPrompt(prompt) === text)?.prompt ?? text);
}

function asked({ prompt, probes = {} }: Edit): { kind: KnownPrompt['kind']; prompt: Prompt }[] {
  return [
    { kind: 'efficacy', prompt },
    ...PROBE_KINDS.flatMap((kind) => (probes[kind] ?? []).map((probe) => ({ kind, prompt: probe.prompt }))),
  ];
}

/** Where a probe stands below its edit in the file: `['probes', 'paraphrase', 2]`; the edit's prompt where it is gone. */
export function probePlace({ probes = {} }: Edit, { kind, prompt }: KnownPrompt): (string | number)[] {
  if (kind === 'efficacy') return ['prompt'];
  const index = (probes[kind] ?? []).findIndex((probe) => shownPrompt(probe.prompt) === prompt);
  return index < 0 ? ['prompt'] : ['probes', kind, index];
}
