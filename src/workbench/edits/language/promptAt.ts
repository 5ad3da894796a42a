import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import type { Prompt } from '../../../protocol/chat.ts';
import { asChat, isPrompt } from '../../../protocol/promptWords.ts';

/**
 * The prompt of an edit or a probe as the model is asked with it: the nearest `chat` of the file decides.
 *
 * @param inside what holds it, from the nearest on
 * @returns undefined where there is none that could be asked
 */
export function promptAt(node: Node, inside: readonly Node[]): Prompt | undefined {
  const written = findNodeAtLocation(node, ['prompt']);
  const prompt: unknown = written && getNodeValue(written);
  if (!isPrompt(prompt) || prompt === '') return undefined;
  const chat = [node, ...inside]
    .map((part): unknown => findNodeAtLocation(part, ['chat'])?.value)
    .find((value) => typeof value === 'boolean');
  return chat === true ? asChat(prompt) : prompt;
}
