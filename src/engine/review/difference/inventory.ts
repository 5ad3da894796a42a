import type { GgufHeader, LongString, MetadataArray, MetadataValue } from '../../../protocol/gguf.ts';
import type { Inventory } from '../../../protocol/review.ts';
import { openFile } from '../../gguf/source.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { Pairing } from './pairs.ts';
import type { TensorDiff } from './tensorDiff.ts';

type Change = Inventory['metadata'][number];

/** How a file is laid out, which says nothing of the model. */
const layout = new Set(['general.alignment', 'split.no', 'split.count', 'split.tensors.count']);

const longest = 4000;

/** The metadata in which two models differ, sorted by key; arrays are compared whole. */
export async function metadataChanges(base: ModelFiles, candidate: ModelFiles): Promise<Change[]> {
  const keys = new Set([...base.header.metadata.keys(), ...candidate.header.metadata.keys()]);
  const changes: Change[] = [];
  for (const key of [...keys].sort()) {
    if (layout.has(key)) continue;
    const before = base.header.metadata.get(key);
    const after = candidate.header.metadata.get(key);
    if (await sameValue(base, before, candidate, after)) continue;
    changes.push({ key, kind: kindOf(key), before: shown(before), after: shown(after) });
  }
  return changes;
}

export function inventoryOf(
  metadata: readonly Change[],
  pairing: Pairing,
  diffs: readonly TensorDiff[],
): Inventory {
  return {
    metadata: [...metadata],
    added: pairing.added.map(({ name }) => name),
    removed: pairing.removed.map(({ name }) => name),
    reshaped: pairing.reshaped.map(({ name }) => name),
    tensors: pairing.pairs.length,
    equal: diffs.filter(({ equal }) => equal).length,
    retyped: pairing.pairs.filter((pair) => pair.base.type.id !== pair.candidate.type.id).length,
  };
}

function kindOf(key: string): Change['kind'] {
  if (key.startsWith('tokenizer.chat_template')) return 'chat-template';
  return key.startsWith('tokenizer.') ? 'tokenizer' : 'metadata';
}

async function sameValue(
  base: ModelFiles,
  before: MetadataValue | undefined,
  candidate: ModelFiles,
  after: MetadataValue | undefined,
): Promise<boolean> {
  if (before === undefined || after === undefined || before.type !== after.type) return before === after;
  if ('value' in before) return 'value' in after && Object.is(before.value, after.value);
  if ('value' in after || before.byteLength !== after.byteLength) return false;
  if (before.type === 'array' && after.type === 'array') {
    if (before.items !== after.items || before.length !== after.length) return false;
  }
  return Buffer.from(await bytesOf(base, before)).equals(await bytesOf(candidate, after));
}

async function bytesOf(
  { paths: [first = ''] }: ModelFiles,
  { offset, byteLength }: MetadataArray | LongString,
): Promise<Uint8Array> {
  await using source = await openFile(first);
  return await source.read(offset, byteLength);
}

function shown(value: MetadataValue | undefined): string | null {
  if (value === undefined) return null;
  if (value.type === 'array') return `${value.length} × ${value.items}`;
  const text = 'value' in value ? String(value.value) : value.head;
  return text.length > longest || value.type === 'long string' ? `${text.slice(0, longest)}…` : text;
}

/** The layer that a tensor belongs to, and what it is there: `blk.3.ffn_down.weight` is ffn_down of layer 3. */
export function placeOf(name: string): { readonly layer: number | null; readonly role: string } {
  const [, layer, rest] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  const role = (rest ?? name).replace(/\.weight$/, '');
  return { layer: layer === undefined ? null : Number(layer), role };
}

/** Architectures that differ make two models, not two checkpoints of one. */
export function architectureOf(header: GgufHeader): string {
  const value = header.metadata.get('general.architecture');
  return value?.type === 'string' ? value.value : '';
}
