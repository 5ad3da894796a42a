import type { LongString, MetadataValue, Scalar, ScalarType } from '../../../protocol/gguf.ts';
import { float32 } from '../../../text/numbers.ts';

/** A scalar for people: strings quoted, float32 with as many digits as tell it from its neighbours. */
export function shownScalar(type: ScalarType, value: Scalar): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return type === 'float32' && typeof value === 'number' ? float32(value) : String(value);
}

/** A value in short; of an array its length and type. */
export function shownValue(value: Exclude<MetadataValue, LongString>): string {
  if (value.type === 'array') return `${value.length} × ${value.items}`;
  return typeof value.value === 'string' ? value.value : shownScalar(value.type, value.value);
}
