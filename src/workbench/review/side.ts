import path from 'node:path';
import { modelAround } from '../../engine/safetensors/shards.ts';
import type { ReviewedSide } from '../../protocol/reviewPage.ts';

/** A revision of a file, or of a folder with a model, that Git keeps. */
export interface RevisionSide {
  readonly kind: 'revision';
  /** The folder that the repository's files lie in. */
  readonly repository: string;
  /** Of the file, below that folder, with slashes. */
  readonly path: string;
  readonly commit: string;
  /** The subject of the commit's message. */
  readonly subject: string;
}

/** A model on the Hugging Face hub or the web, of which the engine reads what it looks at. */
export interface ReferenceSide {
  readonly kind: 'reference';
  /** `hf:org/name/file.gguf#revision` or an address. */
  readonly name: string;
}

export interface FileSide {
  readonly kind: 'file';
  /** A GGUF file, or a folder or file of safetensors. */
  readonly path: string;
}

/** A checkpoint that is reviewed. */
export type Side = FileSide | RevisionSide | ReferenceSide;

/** A model of this machine: of safetensors the folder, whichever of its files is named. */
export function fileSide(file: string): FileSide {
  const isSafetensors = /\.safetensors(?:\.index\.json)?$/.test(file);
  return { kind: 'file', path: isSafetensors ? modelAround(file) : file };
}

/** Where a side lies, or for a revision its file as it is now; what lies elsewhere has its address for a place. */
export function placeOf(side: Side): string {
  if (side.kind === 'reference') return side.name;
  return side.kind === 'file' ? side.path : path.join(side.repository, side.path);
}

/** How a side is called where there is little room, and where there is more. */
export function sideName(side: Side): ReviewedSide {
  if (side.kind === 'file') return { name: path.basename(side.path), detail: side.path };
  if (side.kind === 'reference') return { name: shortName(side.name), detail: side.name };
  const commit = side.commit.slice(0, 8);
  return {
    name: `${path.posix.basename(side.path)} @ ${commit}`,
    detail: `${path.join(side.repository, side.path)} @ ${commit} (${side.subject})`,
  };
}

/** The last part of an address: a file, or a repository. */
export const fileIn = (name: string): string => path.posix.basename(name.replace(/[?#].*$/s, ''));

/** With the revision where there is one. */
function shortName(name: string): string {
  const [, revision] = name.split('#');
  const last = fileIn(name);
  return revision === undefined ? last : `${last} @ ${revision.slice(0, 12)}`;
}
