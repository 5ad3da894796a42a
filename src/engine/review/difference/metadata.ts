import { createHash } from 'node:crypto';
import type { Inventory } from '../../../protocol/review.ts';
import { piecesOf, sameBytes } from '../../files/sameBytes.ts';
import type { ByteSource } from '../../files/source.ts';
import { architectureOf } from '../../gguf/header.ts';
import type { MappedValue } from '../../gguf/headerMap.ts';
import { KEYS } from '../../gguf/names.ts';
import { readLongString } from '../../gguf/values.ts';
import { templateDiff } from '../templates/templateDiff.ts';
import { arrayDiff } from './arrayDiff.ts';
import { isLayoutKey, kindOfKey, namesReadApart } from './keyKinds.ts';
import type { ModelParts } from './modelParts.ts';
import { shownValue } from './shownValue.ts';
import { unifiedDiff } from './unifiedDiff.ts';

export type MetadataChange = Inventory['metadata'][number];

/** A value with its key and the file that it is in. */
interface Placed extends MappedValue {
  readonly key: string;
  /** From 0. */
  readonly part: number;
  readonly source: ByteSource;
}

/** What is kept of a text besides its diff. */
const maxLength = 4000;
/** A longer text is shown by its lines. */
const oneLine = 200;
/** Bytes of the longest text that is read whole (`readLongString`). */
const maxShownLength = 16 << 20;

/** The metadata in which two models differ, sorted by key: whatever differs in a byte of the value or in its type. */
export async function metadataChanges(
  base: ModelParts,
  candidate: ModelParts,
  signal?: AbortSignal,
): Promise<MetadataChange[]> {
  const architectures = new Set([base.header, candidate.header].map(architectureOf).filter((a) => a !== ''));
  const [ours, theirs] = [await valuesOf(base), await valuesOf(candidate)];
  const changes: MetadataChange[] = [];
  for (const id of [...new Set([...ours.keys(), ...theirs.keys()])].sort()) {
    const before = ours.get(id);
    const after = theirs.get(id);
    const known = before ?? after;
    if (known === undefined || (before && after && (await sameBytes(before, after)))) continue;
    const { key, part } = known;
    const kind = readApart(before, after) ? 'vocabulary' : kindOfKey(key, architectures);
    changes.push({
      key: part === 0 ? key : `${key} (part ${part + 1})`,
      kind,
      before: cut(await textOf(before), kind),
      after: cut(await textOf(after), kind),
      detail: await detailOf(before, after, signal),
    });
  }
  return changes;
}

/**
 * The values of all parts, by key and part. llama.cpp reads those of the first; where a later part says the same, it
 * says nothing.
 */
async function valuesOf({ parts }: ModelParts): Promise<Map<string, Placed>> {
  const values = new Map<string, Placed>();
  for (const [part, { source, values: own }] of parts.entries()) {
    for (const [key, value] of own) {
      const placed = { ...value, key, part, source };
      const first = values.get(idOf(key, 0));
      if (isLayoutKey(key) || (first !== undefined && (await sameBytes(first, placed)))) continue;
      values.set(idOf(key, part), placed);
    }
  }
  return values;
}

const idOf = (key: string, part: number): string => `${part === 0 ? '' : part}\0${key}`;

/** Is it the model's name, by which llama.cpp treats its tokens differently? */
function readApart(before: Placed | undefined, after: Placed | undefined): boolean {
  const name = (placed: Placed | undefined) =>
    placed?.key === KEYS.name && placed.value.type === 'string' ? placed.value.value : '';
  return namesReadApart(name(before), name(after));
}

async function detailOf(before: Placed | undefined, after: Placed | undefined, signal?: AbortSignal) {
  if (before?.value.type === 'array' && after?.value.type === 'array') {
    const left = { source: before.source, array: before.value };
    const { changed, lines } = await arrayDiff(left, { source: after.source, array: after.value }, signal);
    const count = Math.max(before.value.length, after.value.length);
    return [`${changed} of ${count} items differ`, ...lines].join('\n');
  }
  const sides = [await textOf(before), await textOf(after)] as const;
  const [one, other] = sides;
  const isTemplate = before?.key.startsWith('tokenizer.chat_template') === true;
  if (isTemplate && one !== null && other !== null) return templateDiff(one, other);
  if (isLong(one) || isLong(other)) return unifiedDiff(one, other);
  const typed = before !== undefined && after !== undefined && before.value.type !== after.value.type;
  return [...line('-', before, sides[0], typed), ...line('+', after, sides[1], typed)].join('\n');
}

const isLong = (text: string | null): boolean =>
  text !== null && (text.length > oneLine || text.includes('\n'));

function line(mark: string, placed: Placed | undefined, text: string | null, typed: boolean): string[] {
  return placed === undefined ? [] : [`${mark} ${text}${typed ? ` (${placed.value.type})` : ''}`];
}

/** A value as text: a string whole, where it is one that can be shown. */
async function textOf(placed: Placed | undefined): Promise<string | null> {
  if (placed === undefined) return null;
  const { source, value } = placed;
  if (value.type !== 'long string') return shownValue(value);
  if (value.byteLength <= maxShownLength) return await readLongString(source, value);
  return `${value.byteLength} bytes, sha256 ${await digestOf(placed)}`;
}

async function digestOf(stretch: Placed): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of piecesOf(stretch)) hash.update(bytes);
  return hash.digest('hex');
}

/** Templates are kept whole: they are what the model is told. */
function cut(text: string | null, kind: MetadataChange['kind']): string | null {
  if (text === null || kind === 'chat-template' || text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}…`;
}
