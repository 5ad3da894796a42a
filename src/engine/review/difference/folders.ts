import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Inventory, KeyKind } from '../../../protocol/review.ts';
import { counted } from '../../../text/numbers.ts';
import { InputError } from '../../errors.ts';
import { digestFile } from '../../files/digest.ts';
import { fetchWhole } from '../../files/partialFiles.ts';
import { openFile } from '../../files/source.ts';
import { filesBelow, gitPaths } from '../../provenance/signedFiles.ts';
import type { Safetensors } from '../../safetensors/checkpoint.ts';
import { type JsonObject, readObject } from '../../safetensors/config.ts';
import { throwIfAborted } from '../../work/turn.ts';
import { templateDiff } from '../templates/templateDiff.ts';
import type { MetadataChange } from './metadata.ts';
import { unifiedDiff } from './unifiedDiff.ts';

const maxFiles = 5000;
/** Bytes of the longest text that is shown line by line. */
const maxTextLength = 1 << 20;

/** The files of a model's folder that are no weights, by their paths in it; links are followed, as in the hub's cache. */
export async function filesBeside({ shards }: Safetensors): Promise<string[]> {
  const ignored = [
    ...gitPaths,
    '.cache',
    ...shards.paths.map((file) => path.basename(file)),
    ...(shards.index === undefined ? [] : [shards.index]),
  ];
  const { names } = await filesBelow(shards.folder, ['.'], { ignored, allowSymlinks: true });
  if (names.length <= maxFiles) return names.toSorted();
  throw new InputError(`${shards.folder} holds ${names.length} files; name a folder with one model.`);
}

/** In what two folders differ besides the values of their tensors. */
export async function betweenFolders(
  base: Safetensors,
  candidate: Safetensors,
  signal?: AbortSignal,
): Promise<Pick<Inventory, 'metadata' | 'layout' | 'hidden'>> {
  const [ours, theirs] = [new Set(await filesBeside(base)), new Set(await filesBeside(candidate))];
  const metadata = [...textsOfShards(base, candidate)];
  for (const name of [...new Set([...ours, ...theirs])].sort()) {
    throwIfAborted(signal);
    const before = ours.has(name) ? path.join(base.shards.folder, name) : undefined;
    const after = theirs.has(name) ? path.join(candidate.shards.folder, name) : undefined;
    if (
      before !== undefined &&
      after !== undefined &&
      (await digestFile(before)) === (await digestFile(after))
    )
      continue;
    metadata.push(...(await fileChanges(name, before, after)));
  }
  return { metadata, layout: await layoutOf(base, candidate), hidden: [] };
}

/** `__metadata__` of the safetensors files, those of all shards together. */
function textsOfShards(base: Safetensors, candidate: Safetensors): MetadataChange[] {
  const texts = ({ shards }: Safetensors) => new Map(shards.headers.flatMap(({ metadata }) => [...metadata]));
  return keyChanges(
    '__metadata__',
    Object.fromEntries(texts(base)),
    Object.fromEntries(texts(candidate)),
    () => 'metadata',
  );
}

async function layoutOf(base: Safetensors, candidate: Safetensors): Promise<string[]> {
  const names = ({ shards }: Safetensors) => shards.paths.map((file) => path.basename(file));
  const count = (side: Safetensors) => counted(names(side).length, 'file');
  if (names(base).length !== names(candidate).length)
    return [`The base is ${count(base)}, the candidate ${count(candidate)}.`];
  if (names(base).join() !== names(candidate).join()) return ['The files of the weights have other names.'];
  const headers = async ({ shards }: Safetensors) => {
    const hash = createHash('sha256');
    for (const [part, { dataOffset }] of shards.headers.entries()) {
      await using source = await openFile(shards.paths[part] as string);
      hash.update(await source.read(0, dataOffset));
    }
    if (shards.index !== undefined) {
      const index = path.join(shards.folder, shards.index);
      await fetchWhole(index);
      hash.update(await readFile(index));
    }
    return hash.digest('hex');
  };
  const same = (await headers(base)) === (await headers(candidate));
  return same ? [] : ['The headers or the index of the safetensors files are written in another way.'];
}

/** What a change of a file of this name is about; JSON objects are compared key by key. */
const files: readonly (readonly [name: RegExp, kind: KeyKind, keys?: (key: string) => KeyKind])[] = [
  [/^config\.json$/, 'computation', ofConfig],
  [/^generation_config\.json$/, 'computation', (key) => (isVersion(key) ? 'metadata' : 'computation')],
  [
    /^tokenizer_config\.json$/,
    'vocabulary',
    (key) => (key === 'chat_template' ? 'chat-template' : 'vocabulary'),
  ],
  [/^chat_template\.(json|jinja)$|^additional_chat_templates\//, 'chat-template'],
  [/^(special_tokens_map|added_tokens)\.json$/, 'vocabulary', () => 'vocabulary'],
  [/^(tokenizer\.(json|model)|vocab\.json|merges\.txt|tekken\.json)$/, 'vocabulary'],
  [/\.(md|png|jpe?g|svg|pdf)$|^(LICENSE|NOTICE|USE_POLICY)(\..*)?$/i, 'metadata'],
];

const isVersion = (key: string): boolean =>
  /^(_name_or_path|_from_model_config|transformers_version|torch_dtype|dtype)$/.test(key);

function ofConfig(key: string): KeyKind {
  if (isVersion(key) || key === 'use_cache') return 'metadata';
  return key === 'vocab_size' || key.endsWith('_token_id') ? 'vocabulary' : 'computation';
}

async function fileChanges(
  name: string,
  before: string | undefined,
  after: string | undefined,
): Promise<MetadataChange[]> {
  const known = files.find(([pattern]) => pattern.test(name));
  const kind = known?.[1] ?? 'unknown-key';
  const keys = known?.[2];
  if (keys !== undefined) {
    const object = async (file: string | undefined): Promise<JsonObject> =>
      file === undefined ? {} : await readObject(file);
    const found = keyChanges(name, await object(before), await object(after), keys);
    // the same values, written in another way
    if (found.length > 0 || (before !== undefined && after !== undefined)) return found;
  }
  const [one, other] = [await textOf(before), await textOf(after)];
  const isText = one.text !== undefined && other.text !== undefined;
  const detail = isText
    ? unifiedDiff(before === undefined ? null : one.text, after === undefined ? null : other.text)
    : [
        ...(before === undefined ? [] : [`- ${one.shown}`]),
        ...(after === undefined ? [] : [`+ ${other.shown}`]),
      ].join('\n');
  return [
    {
      key: name,
      kind,
      before: before === undefined ? null : one.shown,
      after: after === undefined ? null : other.shown,
      detail,
    },
  ];
}

function keyChanges(
  file: string,
  before: JsonObject,
  after: JsonObject,
  kindOf: (key: string) => KeyKind,
): MetadataChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): MetadataChange[] => {
    const [one, other] = [shownJson(before[key]), shownJson(after[key])];
    if (one === other) return [];
    const lines = [...(one === null ? [] : [`- ${one}`]), ...(other === null ? [] : [`+ ${other}`])];
    const isLong = [one, other].some((text) => text !== null && (text.length > 200 || text.includes('\n')));
    return [
      {
        key: `${file}: ${key}`,
        kind: kindOf(key),
        before: one,
        after: other,
        detail: keyDiff(kindOf(key), one, other, isLong) ?? lines.join('\n'),
      },
    ];
  });
}

function keyDiff(
  kind: KeyKind,
  before: string | null,
  after: string | null,
  isLong: boolean,
): string | undefined {
  if (kind === 'chat-template' && before !== null && after !== null) return templateDiff(before, after);
  return isLong ? unifiedDiff(before, after) : undefined;
}

const shownJson = (value: unknown): string | null => {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value, null, typeof value === 'object' ? 1 : 0);
};

/** A file as text where it is a short one, and what is shown in its place otherwise. */
async function textOf(
  file: string | undefined,
): Promise<{ readonly text: string | undefined; readonly shown: string }> {
  if (file === undefined) return { text: '', shown: '' };
  const { size } = await stat(file);
  const digest = `${size} bytes, ${await digestFile(file)}`;
  if (size > maxTextLength) return { text: undefined, shown: digest };
  await fetchWhole(file);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
    return { text, shown: digest };
  } catch {
    return { text: undefined, shown: digest };
  }
}
