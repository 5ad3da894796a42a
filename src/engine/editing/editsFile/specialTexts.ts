import type { Tokenizer } from '../../llama/tokenizer.ts';

const known = new WeakMap<Tokenizer, readonly string[]>();

/** The texts of a vocabulary's control tokens, which a prompt may hold but which are no such tokens there. */
export function specialTexts(tokenizer: Tokenizer): readonly string[] {
  const found = known.get(tokenizer) ?? readTexts(tokenizer);
  known.set(tokenizer, found);
  return found;
}

function readTexts(tokenizer: Tokenizer): string[] {
  const texts: string[] = [];
  for (let token = 0; token < tokenizer.size; token++) {
    if (!tokenizer.isControl(token)) continue;
    const text = tokenizer.piece(token).trim();
    if (text.length > 2) texts.push(text);
  }
  return texts;
}
