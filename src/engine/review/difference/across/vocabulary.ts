import { chatTemplates } from '../../templates/chatTemplates.ts';
import { type ListDiff, mergesDiffer, tokensDiffer } from './ggufVocabulary.ts';
import { type Difference, type Sides, shown } from './sides.ts';

/** Tokens, merges and special tokens. */
export async function vocabulary({ gguf, folder, tokenizer, work }: Sides): Promise<Difference[]> {
  const [file = ''] = gguf.paths;
  const { header } = gguf;
  const tokens = tokenizer.tokens && (await tokensDiffer(file, header, tokenizer.tokens, work));
  const merges = tokenizer.merges && (await mergesDiffer(file, header, tokenizer.merges, work));
  const { architecture, config } = folder.safetensors;
  const set = new Map([...tokenizer.values, ...Object.entries(architecture.vocabulary?.(config) ?? {})]);
  const values = [...set].flatMap(([name, own]): Difference[] => {
    const key = `tokenizer.ggml.${name}`;
    const value = header.metadata.get(key);
    // a converter leaves out what the vocabulary's kind implies
    if (value === undefined || ('value' in value && Number(value.value) === Number(own))) return [];
    return [{ key, kind: 'vocabulary', gguf: shown(value), folder: String(own) }];
  });
  return [...listed('tokenizer.ggml.tokens', tokens), ...listed('tokenizer.ggml.merges', merges), ...values];
}

function listed(key: string, diff: ListDiff | undefined): Difference[] {
  if (diff === undefined || diff.changed === 0) return [];
  const { changed, of, first } = diff;
  const quote = (text: string | undefined) => (text === undefined ? 'none' : JSON.stringify(text));
  const lines = first.map(
    ([index, gguf, own]) => `[${index}] ${quote(gguf)} in the GGUF file, ${quote(own)} in the folder`,
  );
  const detail = [`${changed} of ${of} items differ`, ...lines].join('\n');
  return [
    { key, kind: 'vocabulary', gguf: `${of} items`, folder: `${of - changed} of them the same`, detail },
  ];
}

/** Chat templates, by their names. */
export async function templates({ gguf, folder }: Sides): Promise<Difference[]> {
  const [own, other] = [await chatTemplates(gguf), await chatTemplates(folder)];
  return [...new Set([...own.keys(), ...other.keys()])].sort().flatMap((key): Difference[] => {
    const [ours, theirs] = [own.get(key), other.get(key)];
    return ours === theirs ? [] : [{ key, kind: 'chat-template', gguf: ours, folder: theirs }];
  });
}
