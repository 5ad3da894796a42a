import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import { asChat, Prompt } from '../../../protocol/chat.ts';

/**
 * The prompt of an edit or a probe as the model is asked with it: the nearest `chat` of the file decides.
 *
 * @param inside what holds it, from the nearest on
 * @returns undefined where there is none that could be asked
 */
export function promptAt(node: Node, inside: readonly Node[]): Prompt | undefined {
  const written = findNodeAtLocation(node, ['prompt']);
  const prompt = written && Prompt.safeParse(getNodeValue(written)).data;
  if (prompt === undefined || prompt === '') return undefined;
  const chat = [node, ...inside]
    .map((part): unknown => findNodeAtLocation(part, ['chat'])?.value)
    .find((value) => typeof value === 'boolean');
  return chat === true ? asChat(prompt) : prompt;
}
