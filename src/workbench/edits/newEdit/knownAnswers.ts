import { l10n } from 'vscode';
import type { Prompt } from '../../../protocol/chat.ts';
import type { EngineService } from '../../engine/engineService.ts';
import { answerIn } from './answerIn.ts';
import type { KnownAnswer } from './steps.ts';

/** Tokens in which an answer ends. */
const maxTokens = 10;

/** A likeliest token is offered as an answer if it is a word of this probability at least. */
const minimum = 0.01;

/** What a loaded model answers to a prompt without any patch: its greedy answer, then its likeliest words. */
export function knownAnswers(engine: EngineService, model: string) {
  return async (prompt: Prompt): Promise<KnownAnswer[]> => {
    const [{ text }, { before }] = await engine.quietly((client) =>
      Promise.all([
        client.generate({ model, prompt, maxTokens, patches: [] }),
        client.probe({ model, prompt, patches: [], top: 8 }),
      ]),
    );
    const greedy = answerIn(text);
    const first: KnownAnswer[] =
      greedy === '' ? [] : [{ answer: greedy, why: l10n.t('what the model answers now') }];
    const others = before
      .map(({ token, p }) => ({ answer: token.trim(), p }))
      .filter(
        ({ answer, p }) => p >= minimum && /^[\p{L}\p{N}]{3,}$/u.test(answer) && !greedy.startsWith(answer),
      )
      .map(({ answer, p }) => ({ answer, why: l10n.t('{0} % of the model', Math.round(100 * p)) }));
    return [...first, ...others];
  };
}
