import type { Inventory } from '../../../../protocol/review.ts';
import { counted, plural } from '../../../../text/numbers.ts';
import type { ModelFiles } from '../../../gguf/split.ts';
import type { Checkpoint, Safetensors } from '../../../safetensors/checkpoint.ts';
import { readTokenizer } from '../../../safetensors/tokenizer.ts';
import type { Work } from '../../../work/progress.ts';
import { templateDiff } from '../../templates/templateDiff.ts';
import { allHidden, said } from '../layout.ts';
import type { MetadataChange } from '../metadata.ts';
import { ModelParts } from '../modelParts.ts';
import { unifiedDiff } from '../unifiedDiff.ts';
import { hyperparameters, unsaid } from './hyperparameters.ts';
import { samplers } from './samplers.ts';
import type { Difference, Sides } from './sides.ts';
import { templates, vocabulary } from './vocabulary.ts';

/** In what a GGUF file and a Hugging Face folder differ besides their weights, and what cannot be told. */
export interface AcrossForms extends Pick<Inventory, 'metadata' | 'layout' | 'hidden'> {
  readonly unmeasured: readonly string[];
}

/** Files of a folder that are, or may hold, what a model is made of or run with, and that a GGUF file says nothing of. */
const telling = /\.(py|bin|pt|pth|pkl|ckpt|so|dll|onnx)$/;

/**
 * Compares what both forms say: hyperparameters by what llama.cpp takes them for, the vocabulary, the chat templates and
 * the samplers' settings. What only describes a model is written by the converter and compared by no one.
 *
 * @param candidateIsGguf which of the two the candidate is
 */
export async function acrossForms(
  gguf: ModelFiles,
  folder: Checkpoint & { readonly safetensors: Safetensors },
  candidateIsGguf: boolean,
  files: readonly string[],
  work: Work = {},
): Promise<AcrossForms> {
  const { shards, config } = folder.safetensors;
  const tokenizer = await readTokenizer(shards.folder, config);
  const sides: Sides = { gguf, folder, tokenizer, work };
  const found = [
    ...hyperparameters(sides),
    ...(await samplers(sides)),
    ...(await vocabulary(sides)),
    ...(await templates(sides)),
    ...unsaid(folder.safetensors),
  ];
  const [own, other] = candidateIsGguf ? ['candidate', 'base'] : ['base', 'candidate'];
  await using parts = await ModelParts.open(gguf, work);
  return {
    metadata: found.map((difference) => changeOf(difference, candidateIsGguf)),
    layout: [
      `The ${own} is a GGUF file, the ${other} safetensors (${counted(shards.paths.length, 'file')}).`,
    ],
    hidden: (await allHidden(parts, work.signal)).map((bytes) => `The ${own} holds ${said(bytes)}`),
    unmeasured: [...notCompared(sides), ...beside(files, other)],
  };
}

function changeOf({ key, kind, gguf, folder, detail }: Difference, candidateIsGguf: boolean): MetadataChange {
  const [before, after] = candidateIsGguf ? [folder, gguf] : [gguf, folder];
  const long = [before, after].some((text) => text?.includes('\n') === true);
  const lines = [
    ...(before === undefined ? [] : [`- ${before}`]),
    ...(after === undefined ? [] : [`+ ${after}`]),
  ];
  const both = before !== undefined && after !== undefined;
  const told = kind === 'chat-template' && both ? templateDiff(before, after) : detail;
  return {
    key,
    kind,
    before: before ?? null,
    after: after ?? null,
    detail: told ?? (long ? unifiedDiff(before ?? null, after ?? null) : lines.join('\n')),
  };
}

/** Keys of GGUF's vocabulary that were held against nothing. */
function notCompared({ gguf, folder, tokenizer }: Sides): string[] {
  const compared = new Set([
    ...(tokenizer.tokens === undefined ? [] : ['tokens']),
    ...(tokenizer.merges === undefined ? [] : ['merges']),
    ...tokenizer.values.keys(),
  ]);
  const keys = [...gguf.header.metadata.keys()].flatMap((key) => {
    const name = /^tokenizer\.ggml\.(.+)$/.exec(key)?.[1];
    return name === undefined || compared.has(name) ? [] : [key];
  });
  const { unmapped } = folder.safetensors;
  return [
    ...(keys.length === 0
      ? []
      : [`A folder says these in another way, so they were not compared: ${keys.sort().join(', ')}.`]),
    ...(unmapped.size === 0
      ? []
      : [
          `${plural(unmapped.size, 'tensor')} without a place in a GGUF model ${unmapped.size === 1 ? 'was' : 'were'} not compared: ${[...unmapped].slice(0, 3).join(', ')}${unmapped.size > 3 ? ' …' : ''}.`,
        ]),
  ];
}

const beside = (files: readonly string[], side: string): string[] => {
  const found = files.filter((name) => telling.test(name));
  return found.length === 0
    ? []
    : [
        `The ${side}'s folder holds files that no GGUF file has and that were not compared: ${found.slice(0, 5).join(', ')}${found.length > 5 ? ' …' : ''}.`,
      ];
};
