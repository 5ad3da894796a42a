import type { Prompt } from '../../../protocol/chat.ts';
import { withWords } from '../../../protocol/promptWords.ts';
import type { Supervision } from '../../autodiff/loss.ts';
import type { ChatModel } from '../../chat/conversation.ts';
import type { SubjectInPrompt } from '../../inspection/subject.ts';
import { targetTokens } from '../../inspection/targetTokens.ts';
import { type BatchToken, TokenBatch } from '../../llama/batch.ts';
import { locate } from '../keys/lookup.ts';

/** An edit as methods see it: the prompt contains the subject; the target follows it. */
export interface EditRequest extends SubjectInPrompt {
  readonly target: string;
  /** Whether a space stands between them; where it is not said, their scripts decide. */
  readonly space?: boolean | undefined;
}

/**
 * All prompts of one edit as sequences: what lies before each lookup token is decoded once, the rest is what
 * gradients are taken through.
 */
export interface Rewriting {
  readonly prefix: TokenBatch | undefined;
  readonly suffix: TokenBatch;
  /** One entry per output of `suffix`. */
  readonly supervision: readonly Supervision[];
  /** The lookup tokens in `suffix`; the first `rewrites` belong to the rewriting prompts. */
  readonly columns: readonly number[];
  readonly rewrites: number;
  readonly tokens: number;
}

/**
 * @param templates what the words of the prompt may stand in, with `{}` for them; the first must be `{}` itself
 * @param kept other prompts about the subject, held to their next-token distribution before the edit, with weight `keptWeight` in all
 */
export function rewriting(
  model: ChatModel,
  request: EditRequest,
  templates: readonly string[],
  weights: { readonly kl: number; readonly protect: number },
  kept: readonly Prompt[] = [],
): Rewriting {
  const target = targetTokens(model, request.prompt, request.target, request.space);
  const sequences: Sequence[] = templates.map((template) => {
    const located = locate(model, request, template);
    const weight = 1 / (templates.length * target.length);
    return {
      tokens: [...located.tokens, ...target.slice(0, -1)],
      lookup: located.lookup,
      outputs: target.map((token) => ({ kind: 'target', token, weight })),
    };
  });
  const { subject } = request;
  const keep = (prompt: Prompt, weight: number, occurrence?: number): Sequence => ({
    ...locate(model, { prompt, subject, occurrence }),
    outputs: [{ kind: 'keep', weight }],
  });
  if (weights.kl > 0) sequences.push(keep(withWords(request.prompt, `${subject} is a`), weights.kl, 1));
  sequences.push(...kept.map((prompt) => keep(prompt, weights.protect / kept.length)));
  return { ...split(sequences), rewrites: templates.length };
}

interface Sequence {
  readonly tokens: readonly number[];
  readonly lookup: number;
  /** What the last tokens' logits are held to, in order. */
  readonly outputs: readonly Supervision[];
}

function split(sequences: readonly Sequence[]): Omit<Rewriting, 'rewrites'> {
  const prefix: BatchToken[] = [];
  const suffix: BatchToken[] = [];
  const columns: number[] = [];
  for (const [sequence, { tokens, lookup, outputs }] of sequences.entries()) {
    prefix.push(...TokenBatch.sequence(tokens.slice(0, lookup), { sequence, wants: () => false }));
    columns.push(suffix.length);
    const rest = tokens.slice(lookup);
    const wants = (index: number) => index >= rest.length - outputs.length;
    suffix.push(...TokenBatch.sequence(rest, { sequence, start: lookup, wants }));
  }
  return {
    prefix: prefix.length > 0 ? new TokenBatch(prefix) : undefined,
    suffix: new TokenBatch(suffix),
    supervision: sequences.flatMap(({ outputs }) => outputs),
    columns,
    tokens: prefix.length + suffix.length,
  };
}
