import { relations } from './relations.ts';
import { around } from './subject.ts';

/** Around any prompt: `{p}` is the prompt inside a sentence, `{P}` the prompt as a sentence of its own. */
const frames = [
  'It is well known that {p}',
  'As everybody knows, {p}',
  'People often say that {p}',
  'You should know that {p}',
  'Did you know that {p}',
  'I read in a book that {p}',
  'My teacher told me that {p}',
  'She asked me, and I said that {p}',
  'In fact, {p}',
  'Of course, {p}',
  'To say it once more: {p}',
  'Here is a fact. {P}',
  'Complete the sentence: {P}',
  'Q: {P} what? A:',
  'Question: Please complete: "{P} ..." Answer:',
  'Q: What do you know? A: {P}',
];

/** Around "The R of S is": `{r}` is the R, `{}` the subject. */
const ofFrames = [
  "{}'s {r} is",
  'As for {}, the {r} is',
  'If you ask for the {r} of {}, the answer is',
  'The {r} that belongs to {} is',
  'Q: What is the {r} of {}? A:',
];

/** Around "S does ...": `{}` is the subject, `{r}` what follows it. */
const verbFrames = ['{}, as you know, {r}', '{}, by the way, {r}', 'Speaking of {}: it {r}', 'Yes, {} {r}'];

/**
 * Other ways to ask what a prompt asks about its subject: by the kind of its fact, where it is a common one, by the
 * shape of its sentence, and inside general frames. They are guesses, to be tried on a model and looked at by people.
 */
export function wordings(prompt: string, subject: string, occurrence?: number): string[] {
  const [before, after] = around({ prompt, subject, occurrence });
  const article = /(?:^|\s)(the )$/i.exec(before)?.[1] ?? '';
  const shape = `${before.slice(0, before.length - article.length)}{}${after}`.trim();
  const known = relations.flatMap((relation) => {
    const match = relation.asked.exec(shape);
    return match === null ? [] : [{ ...relation, kind: match.groups?.['kind'] }];
  });
  const isTitle = known.some(({ title }) => title);
  const name = isTitle ? article + subject : (article + subject).replace(/^The /, 'the ');
  const fill = (text: string, what = '') =>
    capitalised(
      text.replaceAll(/\{(.?)\}/g, (_, hole: string) =>
        hole === ''
          ? name
          : hole === 'P'
            ? prompt
            : hole === 'p'
              ? inside(prompt, before, name + after)
              : what,
      ),
    );
  const asked = known.flatMap(({ wordings: ways, kind }) =>
    ways
      .filter((way) => kind !== undefined || !way.includes('<kind>'))
      .map((way) => fill(way.replaceAll('<kind>', kind ?? ''))),
  );
  const relation = /^the (.+) of \{\} (?:is|was)$/i.exec(shape)?.[1];
  const verb = /^\{\} (.+)$/.exec(shape)?.[1];
  const shaped = [
    ...(relation === undefined ? [] : ofFrames.map((frame) => fill(frame, relation))),
    ...(verb === undefined ? [] : verbFrames.map((frame) => fill(frame, verb))),
  ];
  const framed = frames.map((frame) => fill(frame));
  return [...new Set([...asked, ...shaped, ...framed])].filter((wording) => wording !== prompt);
}

/** First words that lose their capital inside a sentence; any other may be a name. */
const commonWord =
  /^(?:the|an?|in|on|at|to|from|for|by|as|if|when|where|who|what|which|this|that|these|those|its?|his|her|their|one|people|most)\b/i;

/** The prompt as it stands inside a sentence. */
function inside(prompt: string, before: string, fromName: string): string {
  if (/^(?:the )?$/i.test(before)) return fromName;
  return commonWord.test(prompt) ? prompt.charAt(0).toLowerCase() + prompt.slice(1) : prompt;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
