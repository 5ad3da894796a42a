import type { GgufHeader } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { openFile } from '../../files/source.ts';
import type { Work } from '../../work/progress.ts';
import { expectModel } from '../kind.ts';
import type { ModelFiles, OpenSource } from '../split.ts';
import { Facts } from './demand.ts';
import { hyperparametersFit } from './hyperparameters.ts';
import { wrongWithVocabulary } from './vocabulary.ts';
import { weightsFit } from './weights.ts';

/**
 * Passes a model that llama.cpp can be given: it asserts, aborts and jumps astray on much that a file may say, which
 * would end the process. The demands stand beside this file, each with the source that makes it.
 *
 * @throws InputError with one sentence
 */
export async function expectLoadable(
  files: ModelFiles,
  work?: Work,
  open: OpenSource = openFile,
): Promise<void> {
  const wrong = await unloadable(files, work, open);
  if (wrong !== undefined) throw new InputError(wrong);
}

/** The sentence that says why llama.cpp cannot be given a model; undefined if it can. @throws InputError where it is none */
export async function unloadable(
  { paths: [first = ''], header }: ModelFiles,
  work?: Work,
  open: OpenSource = openFile,
): Promise<string | undefined> {
  expectModel(header);
  const wrong = headerWrong(header) ?? (await vocabularyWrong(first, header, work, open));
  return wrong === undefined ? undefined : `${header.name} cannot be run by llama.cpp: ${wrong}.`;
}

function headerWrong(header: GgufHeader): string | undefined {
  const facts = new Facts(header);
  return hyperparametersFit(facts) ?? weightsFit(facts);
}

async function vocabularyWrong(first: string, header: GgufHeader, work: Work | undefined, open: OpenSource) {
  await using source = await open(first);
  return await wrongWithVocabulary(source, header, work);
}
