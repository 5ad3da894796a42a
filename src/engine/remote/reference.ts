import path from 'node:path';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { endpoint } from './settings.ts';

/** A file or a folder of a model repository on the Hugging Face hub. */
export interface HubReference {
  readonly kind: 'hub';
  /** As it was given, for people. */
  readonly name: string;
  /** `org/name`. */
  readonly repository: string;
  /** Below the repository; empty for all of it. */
  readonly path: string;
  /** A branch, tag, commit or `refs/pr/3`. */
  readonly revision: string;
}

/** A file anywhere on the web. */
export interface UrlReference {
  readonly kind: 'url';
  readonly name: string;
  readonly url: URL;
}

export type Reference = HubReference | UrlReference;

/** Is the name of a model an address, and no path? */
export const isReference = (name: string): boolean => /^(?:hf|huggingface|https?):/i.test(name);

/** A repository's or an organisation's name, as the hub allows them. */
const part = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_-])?$/;

/**
 * Reads `hf:org/name`, `hf:org/name/file.gguf#refs/pr/3` or `https://host/file.gguf`. Pages and files of the hub are taken
 * for what they show: `https://huggingface.co/org/name/blob/main/file.gguf`.
 *
 * @throws InputError with what is wrong
 */
export function parseReference(name: string): Reference {
  const short = /^(?:hf|huggingface):(?:\/\/)?(?<where>[^#]*)(?:#(?<revision>.*))?$/is.exec(name)?.groups;
  if (short !== undefined) return hub(name, (short['where'] ?? '').split('/'), short['revision'] ?? 'main');
  const url = parsed(name);
  if (url.username !== '' || url.password !== '') {
    throw new InputError(
      `The address of ${url.host} holds a user name or password, which would be shown and kept; leave it out.`,
    );
  }
  if (url.origin !== new URL(endpoint()).origin) return web(name, url);
  const [owner = '', repository = '', kind, ...rest] = url.pathname.slice(1).split('/').map(decoded);
  if (!['resolve', 'blob', 'tree'].includes(kind ?? '')) return web(name, url);
  // refs/pr/3 is written with its slashes or without
  const length = rest[0] === 'refs' ? 3 : 1;
  const revision = rest.slice(0, length).join('/');
  return hub(name, [owner, repository, ...rest.slice(length)], revision === '' ? 'main' : revision);
}

function web(name: string, url: URL): UrlReference {
  if (!isSegment(fileOf(url)))
    throw new InputError(`${quoted(name)} names no file; write https://HOST/FILE.gguf.`);
  return { kind: 'url', name, url };
}

/** What the file at an address is called. */
export const fileOf = ({ pathname }: URL): string => decoded(path.posix.basename(pathname));

function hub(name: string, parts: readonly string[], revision: string): HubReference {
  const [owner = '', repository = '', ...below] = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  if (!part.test(owner) || !part.test(repository) || /\.\.|--/.test(`${owner}/${repository}`)) {
    throw new InputError(
      `${quoted(name)} names no repository; write hf:ORGANIZATION/NAME/FILE.gguf, with #REVISION behind it if it is not main.`,
    );
  }
  const file = below.join('/');
  if (file !== '' && !file.split('/').every(isSegment)) {
    throw new InputError(`${quoted(name)} names no file of the repository ${owner}/${repository}.`);
  }
  const isRevision = revision.length <= 255 && revision.split('/').every(isSegment);
  if (!isRevision) {
    throw new InputError(`${quoted(revision)} is no revision; name a branch, a tag, a commit or refs/pr/3.`);
  }
  return { kind: 'hub', name, repository: `${owner}/${repository}`, path: file, revision };
}

/** A name in a path that leads nowhere else, on any system. */
export const isSegment = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no file is called so
  text !== '' && text !== '.' && text !== '..' && !/[\\/:*?"<>|\u0000-\u001f\u007f]/.test(text);

function parsed(name: string): URL {
  try {
    return new URL(name);
  } catch (cause) {
    throw new InputError(`${quoted(name)} is no address.`, { cause });
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
