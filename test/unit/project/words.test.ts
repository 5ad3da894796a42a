import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What reads as British, or was replaced by the words of the glossary in CONTRIBUTING. */
const avoided = [
  /\w*neighbour\w*/i,
  /\w*(colour|behaviour|favour|harbour|defence|licence|artefact|judgement)\w*/i,
  /\b(towards|catalogue|cancelled|cancelling|labelled|modelled|centred?|analysed?|grey)\b/i,
  /\w*(quant|optim|normal|recogn|summar|initial|minim|maxim|serial|local|general|organ|token|random|penal|special|visual)is(e|es|ed|ing|ation|ations)\b/i,
  /work under way|held against|compute\w* \w+ anew|answer until now|leave it open|done again|does not say\.$/i,
];

/** Texts that are data: what models read, and names of files' keys and of built-in policies within a sentence. */
const data = ['src/engine/measures/controlText.ts'];
const codes = /requantised|jq \.quantisation|CancelledError|colour-/g;

/** The sentences and titles that a source writes: texts with a space in them, or with a capital in front. */
function sentences(file: string): string[] {
  const found: string[] = [];
  const add = (text: string | null | undefined) => {
    if (text && (/\S\s+\S/.test(text) || /^[A-Z]/.test(text))) found.push(text);
  };
  new Visitor({
    Literal: ({ value }) => add(typeof value === 'string' ? value : null),
    TemplateElement: ({ value }) => add(value.cooked),
    JSXText: ({ value }) => add(value),
  }).visit(parseSync(file, readFileSync(path.join(root, file), 'utf8')).program);
  return found;
}

function below(folder: string, ending: RegExp): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file))
    .map((file) => path.posix.join(folder, file.replaceAll(path.sep, '/')));
}

const wrongIn = (text: string) =>
  avoided.flatMap((words) => words.exec(text.replaceAll(codes, ''))?.[0] ?? []);

it('what people read in the program is in American spelling and in the words of the glossary', () => {
  const sources = ['src', 'webview'].flatMap((folder) => below(folder, /\.tsx?$/));
  const wrong = sources
    .filter((file) => !data.includes(file))
    .flatMap((file) => sentences(file).flatMap((text) => wrongIn(text).map((word) => `${file}: ${word}`)));
  expect(wrong).toEqual([]);
});

it('so is the manifest, and so are the pages of the walkthroughs', () => {
  const texts = ['package.nls.json', ...below('media/walkthrough', /\.md$/)];
  const wrong = texts.flatMap((file) =>
    wrongIn(readFileSync(path.join(root, file), 'utf8')).map((word) => [file, word]),
  );
  expect(wrong).toEqual([]);
});
