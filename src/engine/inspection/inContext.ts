import type { Prompt } from '../../protocol/chat.ts';
import type { Edit } from '../../protocol/edits.ts';
import { wordsOf } from '../../protocol/promptWords.ts';
import { joined } from './joining.ts';

/** Demonstrations at most; the published 32 do not fit into a small model's context. */
export const maxDemonstrations = 8;
/**
 * In the published proportion, from the new fact backwards: a fact copied, a fact carried over to another wording, another
 * fact kept. They are mixed, as published, since a small model does what the last of them did.
 */
const kinds = ['copy', 'keep', 'update', 'keep', 'update', 'keep', 'update', 'keep'] as const;

/**
 * IKE (2305.12740): an edit without a change of weights. The new fact stands before every prompt, behind demonstrations
 * of how such facts are to be used. Other edits of the file serve as demonstrations, in their order, where IKE takes
 * the nearest of a training set.
 *
 * Without demonstrations it is the plain in-context edit (ICE, PROMPT in the paper), which small models believe more.
 * It cannot last: whoever asks without this text gets the old answer.
 *
 * @param most demonstrations at most, where a context holds no more
 */
export function inContext(edit: Edit, others: readonly Edit[], most = maxDemonstrations): string {
  const lines: string[] = [];
  for (const other of others) {
    if (lines.length === most) break;
    if (other.id === edit.id || other.subject === edit.subject) continue;
    const line = demonstration(other, kinds[lines.length % kinds.length] ?? 'copy');
    if (line !== undefined) lines.push(line);
  }
  return [...lines.reverse(), `New Fact: ${fact(edit)}\nPrompt: `].join('\n\n');
}

const fact = ({ prompt, target, space }: Edit): string => said(prompt, target.new, space);

function said(prompt: Prompt, target: string, space: boolean | undefined): string {
  const words = wordsOf(prompt);
  return words + joined(words, target, space);
}

/** undefined where the edit has no probe of that kind. */
function demonstration(edit: Edit, kind: (typeof kinds)[number]): string | undefined {
  const told = `New Fact: ${fact(edit)}\nPrompt: `;
  if (kind === 'copy') return told + fact(edit);
  const [paraphrase] = edit.probes?.paraphrase ?? [];
  if (kind === 'update') return paraphrase && told + said(paraphrase.prompt, edit.target.new, edit.space);
  for (const { prompt, target } of edit.probes?.neighbourhood ?? []) {
    if (target !== undefined) return told + said(prompt, target, edit.space);
  }
  return undefined;
}
