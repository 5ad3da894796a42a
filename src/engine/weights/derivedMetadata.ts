import type { GgufHeader } from '../../protocol/gguf.ts';
import type { NamedModel } from '../../protocol/lineage.ts';
import { baseKey, lineageOf, nameParts } from '../gguf/lineage.ts';
import type { NewValue } from './writer.ts';

/** How the metadata of a model change that is made from another. */
export interface DerivedMetadata {
  readonly metadata: Readonly<Record<string, NewValue>>;
  /** Keys that are not taken over. */
  readonly without: readonly string[];
}

/**
 * The metadata of a model that is made from `base`: it names the base as its only one, in the place of those that the base
 * was made from, and has no identity of the base's own. Empty where the base does not say what it is.
 */
export function derivedFrom(base: Pick<GgufHeader, 'metadata'>): DerivedMetadata {
  const identity = Object.entries(lineageOf(base).own).flatMap(([part, value]) =>
    value === null ? [] : [[nameParts[part as keyof NamedModel], value] as const],
  );
  if (identity.length === 0) return { metadata: {}, without: [] };
  return {
    metadata: {
      'general.base_model.count': { type: 'uint32', value: 1 },
      ...Object.fromEntries(
        identity.map(([part, value]) => [`general.base_model.0.${part}`, { type: 'string', value }]),
      ),
    },
    without: [...base.metadata.keys()].filter(
      (key) => baseKey.test(key) || key === 'general.uuid' || key === 'general.doi',
    ),
  };
}

/** Does a model name `base` as the one that it was made from, as `derivedFrom` has it? */
export function isDerivedFrom(
  model: Pick<GgufHeader, 'metadata'>,
  base: Pick<GgufHeader, 'metadata'>,
): boolean {
  const { metadata, without } = derivedFrom(base);
  return (
    Object.entries(metadata).every(([key, { value }]) => {
      const own = model.metadata.get(key);
      return own !== undefined && 'value' in own && own.value === value;
    }) && without.every((key) => key in metadata || !model.metadata.has(key))
  );
}
