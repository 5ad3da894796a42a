import { charactersAround, isSpaceless } from '../../text/spaceless.ts';

/**
 * How a target is put behind a prompt: with one space between them, where such texts have one. There is none beside other
 * whitespace, behind a script that is written without spaces, and behind what holds on to the next word: opening quotes
 * and brackets, slashes, apostrophes of elision, and hyphens and dashes that stand at a word.
 *
 * @param space says for good whether there is one
 */
export function joined(prompt: string, target: string, space?: boolean): string {
  return (space ?? takesSpace(prompt, target)) ? ` ${target}` : target;
}

function takesSpace(prompt: string, target: string): boolean {
  if (/\s$/u.test(prompt.slice(-1)) || /^\s/u.test(target)) return false;
  const end = prompt.slice(-4);
  if (/[\p{Ps}/\\]$/u.test(end) || /[^\s\p{Pd}]\p{Pd}$/u.test(end)) return false;
  const quote = lastQuote(prompt);
  if (quote === 'opens' || (quote === 'stray' && isElision(end))) return false;
  return !endsSpaceless(prompt);
}

/** What closes each quotation mark that opens; several languages open with what others close with. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': "`'",
  '“': '”',
  '‘': '’',
  '„': '“”',
  '‚': '‘’',
  '”': '”',
  '’': '’',
  '«': '»',
  '»': '«»',
  '‹': '›',
  '›': '‹›',
  '＂': '＂',
};

/** What the quotation mark does that a text ends in, if it ends in one. */
function lastQuote(text: string): 'opens' | 'closes' | 'stray' | undefined {
  const open: string[] = [];
  let does: ReturnType<typeof lastQuote>;
  for (const { 0: mark, index } of text.matchAll(/["'`“”„‘’‚«»‹›＂]/g)) {
    const [before] = charactersAround(text, index);
    const inside =
      /\p{L}/u.test(before) && /['’]/.test(mark) && /^\p{L}/u.test(text.slice(index + 1, index + 3));
    const last = open.at(-1);
    if (inside) does = 'stray';
    else if (last !== undefined && CLOSING[last]?.includes(mark)) {
      open.pop();
      does = 'closes';
    } else if (/[“„‘‚«‹]/.test(mark) || !/[\p{L}\p{M}\p{N}\p{Pe}\p{Pf}.,;!?…%]/u.test(before)) {
      open.push(mark);
      does = 'opens';
    } else does = 'stray';
  }
  return /["'`“”„‘’‚«»‹›＂]$/.test(text.slice(-1)) ? does : undefined;
}

/** "l'" and the like, not the plural's "students'". */
const isElision = (end: string): boolean => /\p{L}['’]$/u.test(end) && !/\p{L}s['’]$/iu.test(end);

/** By the last character that belongs to a script, or fullwidth punctuation behind it. */
function endsSpaceless(text: string): boolean {
  for (let at = text.length; at > 0; ) {
    const [character] = charactersAround(text, at);
    if (/[\u3001-\u303f\uff00-\uff65]/.test(character) || isSpaceless(character)) return true;
    if (!/[\p{Script=Common}\p{Script=Inherited}]/u.test(character) || /\s/.test(character)) return false;
    at -= character.length;
  }
  return false;
}
