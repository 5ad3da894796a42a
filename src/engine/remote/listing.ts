import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { splitName } from '../gguf/split.ts';
import { attempts, type Patience } from './attempts.ts';
import type { BlobSource } from './blob.ts';
import type { Answer, Http } from './http.ts';
import type { Hub, HubFile, HubRevision } from './hub.ts';
import { hubError } from './hubErrors.ts';
import { Origin } from './origin.ts';
import { fileOf, type HubReference, type UrlReference } from './reference.ts';
import { Refused } from './refused.ts';
import { endpoint, hubToken } from './settings.ts';

/** A file to be laid out. */
interface ListedFile extends BlobSource {
  /** Below the folder that is laid out, with slashes. */
  readonly below: string;
  /** Whether its version is known, so that a later run can use what was fetched. */
  readonly keep: boolean;
}

/** What a reference stands for. */
export interface Listed {
  /** The folder that the files lie in, as people call it. */
  readonly name: string;
  /** What of it is the model: a file, or the folder itself where empty. */
  readonly entry: string;
  readonly files: readonly ListedFile[];
}

const weights = /(?:\.safetensors|\.safetensors\.index\.json)$/;

/**
 * The files that a reference to the hub stands for: a GGUF file with all its parts, or a folder with its safetensors.
 * Nothing of them is fetched; sizes and digests are the hub's.
 *
 * @throws InputError where the revision holds no such model
 */
export async function hubFiles(http: Http, hub: Hub, reference: HubReference): Promise<Listed> {
  const revision = await hub.revision(reference);
  const { path: asked } = reference;
  const isGguf = asked.endsWith('.gguf');
  const isFile = isGguf || weights.test(asked);
  const folder = isFile ? path.posix.dirname(asked).replace(/^\.$/, '') : asked;
  const inside = revision.files.filter(({ path: file }) => folder === '' || file.startsWith(`${folder}/`));
  const wanted = isGguf ? partsAmong(inside, asked) : inside;
  if (isFile && !inside.some(({ path: file }) => file === asked)) {
    throw new InputError(
      `${reference.repository} has no file ${asked} in its revision ${reference.revision}${ggufAmong(revision.files)}.`,
    );
  }
  const below = (file: string) => (folder === '' ? file : file.slice(folder.length + 1));
  if (!isFile && !wanted.some(({ path: file }) => weights.test(below(file)) && !below(file).includes('/'))) {
    throw new InputError(`${reference.name} is no folder with a model as safetensors${ggufAmong(inside)}.`);
  }
  const token = await hubToken();
  return {
    name: nameOf(reference, folder),
    entry: isFile ? below(asked) : '',
    files: wanted.map((file) => ({
      ...ofHub(http, reference, revision, file, token),
      below: below(file.path),
      keep: true,
    })),
  };
}

/** A file, with the others where it is one part of a model. */
export function partsAmong(files: readonly HubFile[], asked: string): HubFile[] {
  const split = splitName(asked);
  return files.filter(({ path: file }) => {
    const other = splitName(file);
    const isPart = split !== undefined && other?.prefix === split.prefix && other.total === split.total;
    return file === asked || isPart;
  });
}

function ggufAmong(files: readonly HubFile[]): string {
  const found = files.map(({ path: file }) => file).filter((file) => file.endsWith('.gguf'));
  if (found.length === 0) return '';
  return `; its GGUF files are ${found.slice(0, 5).join(', ')}${found.length > 5 ? ` and ${found.length - 5} more` : ''}`;
}

function nameOf({ repository, revision }: HubReference, below: string): string {
  const of = revision === 'main' ? '' : `#${revision}`;
  return `hf:${repository}${below === '' ? '' : `/${below}`}${of}`;
}

function ofHub(
  http: Http,
  reference: HubReference,
  { commit }: HubRevision,
  { path: file, size, sha256, blob }: HubFile,
  token: string | undefined,
): BlobSource {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  return {
    name: nameOf(reference, file),
    identity: sha256 === undefined ? `git:${blob}` : `sha256:${sha256}`,
    digest: sha256 === undefined ? undefined : `sha256:${sha256}`,
    size,
    ranges: true,
    origin: new Origin(http, {
      url: new URL(`${endpoint()}/${reference.repository}/resolve/${commit}/${encoded}`),
      token,
      size,
      check: (headers) => expectThis(headers, commit, sha256),
      failed: (answer) => hubError({ ...reference, path: file }, answer, token !== undefined),
    }),
  };
}

/** What the hub says of the file as it sends us to it is what it said before. */
function expectThis(
  headers: Readonly<Record<string, string>>,
  commit: string,
  sha256: string | undefined,
): void {
  const etag = headers['x-linked-etag']?.replace(/^(?:W\/)?"|"$/g, '');
  const isOther = sha256 !== undefined && etag !== undefined && etag !== sha256;
  const isElsewhere = headers['x-repo-commit'] !== undefined && headers['x-repo-commit'] !== commit;
  if (isOther || isElsewhere) throw new Refused('the hub sends us to another version than the one it listed');
}

/** A file on the web, with the other parts where it is called one of several. */
export async function urlFiles(
  http: Http,
  { name, url }: UrlReference,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<Listed> {
  const base = path.posix.basename(url.pathname);
  const split = splitName(base);
  const total = Number(split?.total ?? 1);
  if (total > 1000)
    throw new InputError(`${name} is called one of ${total} parts; a model has 1000 at most.`);
  const parts =
    split === undefined
      ? [base]
      : Array.from(
          { length: total },
          (_, i) => `${split.prefix}-${String(i + 1).padStart(5, '0')}-of-${split.total}.gguf`,
        );
  const files: ListedFile[] = [];
  for (const part of parts) {
    const at = new URL(url);
    at.pathname = `${path.posix.dirname(url.pathname).replace(/\/$/, '')}/${part}`;
    files.push(await ofUrl(http, at, patience, signal));
  }
  return { name: shownUrl(new URL('.', url)), entry: fileOf(url), files };
}

async function ofUrl(
  http: Http,
  url: URL,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<ListedFile> {
  const name = shownUrl(url);
  const origin = new Origin(http, { url, failed: notThere });
  const { size, etag, ranges } = await attempts(name, () => origin.describe(signal), patience, signal);
  return {
    name,
    below: fileOf(url),
    identity: `url:${url.href} ${etag ?? randomUUID()} ${size}`,
    digest: undefined,
    size,
    ranges,
    origin,
    keep: etag !== undefined,
  };
}

/** What follows ? may be a password. */
const shownUrl = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

function notThere({ status, url }: Answer): Error {
  if (status === 404 || status === 410) return new Refused(`${url.host} has no such file (${status})`);
  if (status === 401 || status === 403) return new Refused(`${url.host} does not let us read it (${status})`);
  return new Refused(`${url.host} answers with ${status}`);
}
