import { type MetadataRow, TEXT_AT_FIRST } from '../../protocol/headerPage.ts';
import { BESIDE, shortItem } from './metadataRows.ts';

/** A value of JSON under a key that says where it stands. */
export interface JsonEntry {
  readonly key: string;
  readonly value: string | number | boolean | null | readonly unknown[];
}

/** The leaves of a JSON value; lists are leaves. @param key what the value is called, as `config` */
export function jsonEntries(key: string, value: unknown): JsonEntry[] {
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === null
  ) {
    return [{ key, value }];
  }
  if (Array.isArray(value)) return [{ key, value }];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => jsonEntries(`${key}.${name}`, inner));
}

/** An entry as a row of text. */
export function jsonRow({ key, value }: JsonEntry): MetadataRow {
  if (typeof value === 'object' && value !== null) {
    const types = [...new Set(value.map((item) => typeof item))];
    const type = types.length === 1 ? (types[0] ?? 'unknown') : 'any';
    return { key, type, items: value.length, head: value.slice(0, BESIDE).map(jsonItem) };
  }
  const text = String(value);
  return {
    key,
    type: value === null ? 'null' : typeof value,
    text: text.slice(0, TEXT_AT_FIRST),
    length: text.length,
  };
}

/** One item of a list. */
export const jsonItem = (item: unknown): string => shortItem(JSON.stringify(item) ?? String(item));
