import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { withWords, wordsOf } from '../../../protocol/promptWords.ts';
import { inContext, maxDemonstrations } from '../../inspection/inContext.ts';
import { probesOf } from '../../inspection/probes.ts';
import { promptTokens } from '../../inspection/targetTokens.ts';
import type { LoadedModel } from '../loadedModel.ts';
import { waysToAsk } from './waysToAsk.ts';

/** Tokens by which a text may grow where it is joined to another. */
const joint = 4;

/** An edit in context with as many demonstrations as leave room for its longest probe and `tokens` more. */
export function fittingContext(
  { model }: LoadedModel,
  edit: Edit,
  others: readonly Edit[],
  tokens: number,
): string {
  const length = (text: Prompt) => promptTokens(model, text).length;
  const longest = probesOf(edit).map(({ prompt, targetNew = '', targetTrue = '' }) =>
    length(withWords(prompt, `${wordsOf(prompt)} ${targetNew} ${targetTrue}`)),
  );
  const answers = waysToAsk(model, edit.prompt, tokens).slice(0, 1);
  const generated = answers.map((own) => length(own.prompt) + own.tokens);
  const room = model.contextLength - Math.max(...longest, ...generated) - joint;
  for (let count = maxDemonstrations; count > 0; count--) {
    const context = inContext(edit, others, count);
    if (length(context) <= room) return context;
  }
  return inContext(edit, others, 0);
}
