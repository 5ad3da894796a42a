/** Is a text words of a language, and not a marker of a format? */
export function isWords(text: string): boolean {
  const trimmed = text.trim();
  if (/^[<[{(|/`#*_＜「@!]|[>\]}|)＞」:]$/.test(trimmed)) return false;
  return /\p{L}{3,}/u.test(trimmed) && !parts.test(trimmed);
}

/** Letters of a language other than English, which no marker of a format is made of. */
export const isForeign = (text: string): boolean =>
  /[^\p{ASCII}]/u.test(text) && /^\p{L}+$/u.test(text.trim());

/** How the parts of a message that is not text alone are called. */
const parts = /^(?:text|value|type|parts|blocks|(?:input_)?(?:image|video|audio|file|document)(?:_url)?)$/;
