import { InputError } from '../errors.ts';
import type { Model } from '../llama/model.ts';

/**
 * A user's turn in the model's own chat template, rendered by node-llama-cpp. Only the template's own text may stand
 * for special tokens: what the user writes is text.
 *
 * @throws InputError for a model without a chat template
 */
export async function chatPrompt({ chatTemplate, tokenizer, path }: Model, text: string): Promise<number[]> {
  if (chatTemplate === undefined) throw new InputError(`${path} has no chat template.`);
  const { JinjaTemplateChatWrapper, SpecialToken, SpecialTokensText } = await import('node-llama-cpp');
  const wrapper = new JinjaTemplateChatWrapper({ template: chatTemplate });
  const { contextText } = wrapper.generateContextState({
    chatHistory: [
      { type: 'user', text },
      { type: 'model', response: [] },
    ],
  });
  const tokens = contextText.values.flatMap((part) => {
    if (part instanceof SpecialTokensText) return tokenizer.chat(part.value);
    if (part instanceof SpecialToken) return part.value === 'BOS' ? [tokenizer.bos] : [tokenizer.eos];
    return tokenizer.continuation(String(part));
  });
  const begun = !tokenizer.addsBos || tokens[0] === tokenizer.bos;
  return begun ? tokens : [tokenizer.bos, ...tokens];
}
