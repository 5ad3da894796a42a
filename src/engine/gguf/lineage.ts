import type { GgufHeader } from '../../protocol/gguf.ts';
import type { Lineage, NamedModel } from '../../protocol/lineage.ts';
import type { NewValue } from '../weights/writer.ts';
import { stringOf } from './header.ts';

type Metadata = Pick<GgufHeader, 'metadata'>;

/** The parts of `general.base_model.N.*`, and of `general.*` for the model itself (gguf-py, constants.py). */
const parts = {
  name: 'name',
  author: 'author',
  version: 'version',
  organization: 'organization',
  description: 'description',
  url: 'url',
  doi: 'doi',
  uuid: 'uuid',
  repoUrl: 'repo_url',
} as const satisfies Record<keyof NamedModel, string>;

const baseKey = /^general\.base_model\.(?:count|(\d{1,4})\.[a-z_]+)$/;
/** More bases than anybody merges; a file may claim any number. */
const mostBases = 100;

/** Which models a model was made from, and what it was converted from, as its metadata say. */
export function lineageOf(header: Metadata): Lineage {
  const indices = [...header.metadata.keys()].flatMap((key) => baseKey.exec(key)?.[1] ?? []);
  const numbers = [...new Set(indices.map(Number))].sort((a, b) => a - b).slice(0, mostBases);
  const at = (key: string) => textOf(header, `general.source.${key}`);
  return {
    own: named(header, 'general'),
    bases: numbers.map((number) => named(header, `general.base_model.${number}`)),
    source: {
      url: at('url'),
      doi: at('doi'),
      uuid: at('uuid'),
      repoUrl: at('repo_url'),
      huggingface: at('huggingface.repository'),
    },
    license: textOf(header, 'general.license'),
  };
}

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
export function derivedFrom(base: Metadata): DerivedMetadata {
  const identity = Object.entries(named(base, 'general')).flatMap(([part, value]) =>
    value === null ? [] : [[parts[part as keyof NamedModel], value] as const],
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
export function isDerivedFrom(model: Metadata, base: Metadata): boolean {
  const { metadata, without } = derivedFrom(base);
  return (
    Object.entries(metadata).every(([key, { value }]) => {
      const own = model.metadata.get(key);
      return own !== undefined && 'value' in own && own.value === value;
    }) && without.every((key) => key in metadata || !model.metadata.has(key))
  );
}

/**
 * Does the metadata of a model name the other one as a model that it was made from? Identifiers decide where both have
 * them, then addresses, then names with their organizations.
 */
export function namesAsBase({ bases }: Lineage, { own: other }: Lineage): boolean {
  return bases.some((base) => {
    const both = (part: keyof NamedModel) =>
      base[part] === null || other[part] === null
        ? undefined
        : base[part].toLowerCase() === other[part].toLowerCase();
    return both('uuid') ?? both('repoUrl') ?? (both('name') === true && both('organization') !== false);
  });
}

function named(header: Metadata, prefix: string): NamedModel {
  const at = (part: keyof NamedModel) => textOf(header, `${prefix}.${parts[part]}`);
  return {
    name: at('name'),
    author: at('author'),
    version: at('version'),
    organization: at('organization'),
    description: at('description'),
    url: at('url'),
    doi: at('doi'),
    uuid: at('uuid'),
    repoUrl: at('repoUrl'),
  };
}

function textOf(header: Metadata, key: string): string | null {
  const value = stringOf(header, key);
  return value === undefined || value === '' ? null : value;
}
