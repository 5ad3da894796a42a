import type { GgufHeader, MetadataValue, Scalar, ScalarType } from '../../protocol/gguf.ts';
import { type MetadataRow, TEXT_AT_FIRST } from '../../protocol/headerPage.ts';
import { float32 } from '../../text/numbers.ts';

/** Items of an array that stand beside its key. */
export const BESIDE = 16;
/** Characters of one item. */
const LONGEST_ITEM = 500;

/** The metadata as rows of text, in the file's order. */
export function metadataRows(header: GgufHeader): MetadataRow[] {
  return [...header.metadata].map(([key, value]) => rowOf(key, value));
}

function rowOf(key: string, value: MetadataValue): MetadataRow {
  if (value.type === 'array') {
    const head = value.head.slice(0, BESIDE).map((item) => itemText(item, value.items));
    return { key, type: value.items, items: value.length, head };
  }
  if (value.type === 'long string') {
    return { key, type: 'string', text: value.head.slice(0, TEXT_AT_FIRST), length: value.byteLength };
  }
  const text = value.type === 'string' ? value.value : scalarText(value.value, value.type);
  return { key, type: value.type, text: text.slice(0, TEXT_AT_FIRST), length: text.length };
}

/** One item of an array. Strings stand in quotes: tokens begin with spaces and hold control characters. */
export function itemText(item: Scalar, type: ScalarType): string {
  if (typeof item !== 'string') return scalarText(item, type);
  return JSON.stringify(shortItem(item));
}

/** A text that is no longer than one item may be. */
export const shortItem = (text: string): string =>
  text.length > LONGEST_ITEM ? `${text.slice(0, LONGEST_ITEM - 1)}…` : text;

/** A number as short as its type allows: a float32 of 1e-5 reads 0.00001, not 0.000009999999747378752. */
function scalarText(value: Scalar, type: ScalarType): string {
  if (typeof value !== 'number' || type !== 'float32' || !Number.isFinite(value)) return String(value);
  return float32(value);
}
