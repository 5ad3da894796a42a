import type { TokenSpan } from '../../protocol/tokens.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';

/**
 * The tokens of a prompt with the bytes of the text that each stands for. A token that the model puts in front of the
 * text, or a space that a tokenizer does, stands for none of them.
 */
export function tokenSpans(tokenizer: Tokenizer, text: string): TokenSpan[] {
  const tokens = tokenizer.prompt(text);
  const size = Buffer.byteLength(text, 'utf8');
  const lengths = tokens.map((token) => tokenizer.pieceBytes(token).length);
  const surplus = Math.max(0, lengths.reduce((sum, n) => sum + n, 0) - size);
  const within = (at: number) => Math.max(0, Math.min(size, at));
  let at = -surplus;
  return tokens.map((id, index) => {
    const start = within(at);
    at += lengths[index] ?? 0;
    return { id, text: tokenizer.piece(id), start, end: within(at) };
  });
}
