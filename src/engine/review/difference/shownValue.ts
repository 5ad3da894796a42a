import type { LongString, MetadataValue, Scalar, ScalarType } from '../../../protocol/gguf.ts';

/** A scalar for people: strings quoted, float32 with as many digits as tell it from its neighbours. */
export function shownScalar(type: ScalarType, value: Scalar): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return type === 'float32' && typeof value === 'number' ? shortest(value) : String(value);
}

/** A value in short; of an array its length and type. */
export function shownValue(value: Exclude<MetadataValue, LongString>): string {
  if (value.type === 'array') return `${value.length} × ${value.items}`;
  return typeof value.value === 'string' ? value.value : shownScalar(value.type, value.value);
}

function shortest(value: number): string {
  for (const digits of [6, 7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(value);
}
