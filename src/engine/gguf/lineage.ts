import type { GgufHeader } from '../../protocol/gguf.ts';
import type { Lineage, NamedModel } from '../../protocol/lineage.ts';
import { stringOf } from './header.ts';

type Metadata = Pick<GgufHeader, 'metadata'>;

/** The parts of `general.base_model.N.*`, and of `general.*` for the model itself (gguf-py, constants.py). */
export const nameParts = {
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

/** The keys of models that it was made from. */
export const baseKey = /^general\.base_model\.(?:count|(\d{1,4})\.[a-z_]+)$/;
/** More bases than anybody merges; a file may claim any number. */
const maxBases = 100;

/** Which models a model was made from, and what it was converted from, as its metadata say. */
export function lineageOf(header: Metadata): Lineage {
  const indices = [...header.metadata.keys()].flatMap((key) => baseKey.exec(key)?.[1] ?? []);
  const numbers = [...new Set(indices.map(Number))].sort((a, b) => a - b).slice(0, maxBases);
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
  const at = (part: keyof NamedModel) => textOf(header, `${prefix}.${nameParts[part]}`);
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
