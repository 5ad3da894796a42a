import type { Prompt } from '../../../protocol/chat.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import { type ChatModel, wordsIn } from '../../chat/conversation.ts';
import { InputError } from '../../errors.ts';

/**
 * Why conversations cannot be asked of a model. What a template makes of a conversation depends on who speaks, so that
 * one of each kind is tried.
 */
export class TemplateFaults {
  readonly #model: ChatModel;
  /** By the roles of the turns; null where they can be asked. */
  readonly #known = new Map<string, string | null>();

  constructor(model: ChatModel) {
    this.#model = model;
  }

  of(prompt: Prompt, path: EditProblem['path']): EditProblem[] {
    if (typeof prompt === 'string') return [];
    const kind = prompt.map(({ role }) => role).join();
    const known = this.#known.get(kind);
    const message = known === undefined ? this.#try(prompt) : known;
    this.#known.set(kind, message);
    return message === null ? [] : [{ path, kind: 'chat-template', severity: 'error', message }];
  }

  #try(turns: Exclude<Prompt, string>): string | null {
    try {
      wordsIn(this.#model, turns);
      return null;
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
  }
}
