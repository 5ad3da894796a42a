import * as z from 'zod';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { attempts, type Patience } from './attempts.ts';
import type { Http } from './http.ts';
import { hubError } from './hubErrors.ts';
import { readBody } from './readBody.ts';
import { type HubReference, isSegment } from './reference.ts';
import { endpoint, hubToken } from './settings.ts';

/** A file as a commit of a repository holds it. */
export interface HubFile {
  /** Below the repository, with slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content, in hexadecimal digits, where Git LFS keeps it. */
  readonly sha256: string | undefined;
  /** Git's name of the content, or of the pointer to it. */
  readonly blob: string;
}

export interface HubRevision {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

export interface HubCommit {
  readonly commit: string;
  readonly title: string;
  readonly date: string;
}

const hexadecimal = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const size = z.int().min(0);

/** `GET /api/models/REPOSITORY/revision/REVISION?blobs=true`, as far as it is used. */
const Model = z.object({
  sha: hexadecimal(40),
  siblings: z
    .array(
      z.object({
        rfilename: z.string().max(4096),
        size,
        blobId: hexadecimal(40),
        lfs: z.object({ sha256: hexadecimal(64), size }).optional(),
      }),
    )
    .max(100_000),
});

/** `GET /api/models/REPOSITORY/commits/REVISION`. */
const Commits = z.array(z.object({ id: hexadecimal(40), title: z.string(), date: z.string().max(100) }));

/** `POST /api/models/REPOSITORY/paths-info/REVISION` with `expand`. */
const PathsInfo = z.array(
  z.object({
    path: z.string(),
    size,
    oid: z.string(),
    lfs: z.object({ oid: hexadecimal(64) }).optional(),
    lastCommit: z.object({ id: hexadecimal(40), title: z.string(), date: z.string().max(100) }),
  }),
);

/** Bytes of the longest list that is read. */
const maxLength = 64 << 20;

/** The hub's interface for programs. Its address and the token are those of the hub's own client. */
export class Hub {
  readonly #http: Http;
  readonly #patience: Patience;
  readonly #signal: AbortSignal | undefined;

  constructor(http: Http, patience: Patience, signal: AbortSignal | undefined) {
    this.#http = http;
    this.#patience = patience;
    this.#signal = signal;
  }

  /** What a revision holds, with the commit that it stands for. @throws InputError where there is none */
  async revision(reference: HubReference): Promise<HubRevision> {
    const where = `/api/models/${reference.repository}/revision/${encodeURIComponent(reference.revision)}`;
    const { value } = await this.#ask(reference, new URL(`${endpoint()}${where}?blobs=true`), Model);
    const files = value.siblings.map(({ rfilename, size: stored, blobId, lfs }) => {
      if (!rfilename.split('/').every(isSegment)) {
        throw new InputError(
          `${reference.name} holds a file called ${quoted(rfilename)}, which leads elsewhere.`,
        );
      }
      return { path: rfilename, size: lfs?.size ?? stored, sha256: lfs?.sha256, blob: blobId };
    });
    return { commit: value.sha, files };
  }

  /** The commits that led to a revision, the latest first. @param most how many are asked for */
  async commits(reference: HubReference, most: number): Promise<HubCommit[]> {
    const where = `/api/models/${reference.repository}/commits/${encodeURIComponent(reference.revision)}`;
    const found: HubCommit[] = [];
    let page: URL | undefined = new URL(`${endpoint()}${where}?limit=100`);
    while (page !== undefined && found.length < most) {
      const { value, next }: { value: z.infer<typeof Commits>; next: URL | undefined } = await this.#ask(
        reference,
        page,
        Commits,
      );
      if (value.length === 0) break;
      found.push(...value.map(({ id, title, date }) => ({ commit: id, title, date })));
      page = next;
    }
    return found.slice(0, most);
  }

  /** Files of a revision, each with the last commit that changed it; those that are not there are left out. */
  async lastChanges(
    reference: HubReference,
    commit: string,
    paths: readonly string[],
  ): Promise<{ readonly bytes: number; readonly content: string; readonly commits: readonly HubCommit[] }> {
    const url = new URL(`${endpoint()}/api/models/${reference.repository}/paths-info/${commit}`);
    const { value } = await this.#ask(reference, url, PathsInfo, { paths, expand: true });
    return {
      bytes: value.reduce((sum, file) => sum + file.size, 0),
      content: value.map(({ path, oid, lfs }) => `${path} ${lfs?.oid ?? oid}`).join('\n'),
      commits: value.map(({ lastCommit: { id, title, date } }) => ({ commit: id, title, date })),
    };
  }

  async #ask<T>(
    reference: HubReference,
    url: URL,
    schema: z.ZodType<T>,
    json?: unknown,
  ): Promise<{ readonly value: T; readonly next: URL | undefined }> {
    const token = await hubToken();
    const { text, link } = await attempts(
      reference.name,
      async () => {
        const answer = await this.#http.get(url, { token, signal: this.#signal, json });
        const body = await readBody(answer, maxLength, this.#signal);
        if (answer.status !== 200) throw hubError(reference, answer, token !== undefined);
        return { text: body, link: answer.headers['link'] };
      },
      this.#patience,
      this.#signal,
    );
    const parsed = schema.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new InputError(
        `${reference.name} cannot be read: ${url.host} does not answer as the Hugging Face hub does.`,
      );
    }
    return { value: parsed.data, next: nextPage(link, url) };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The hub gives the following page in the header Link; on its own host, or it is none. */
function nextPage(link: string | undefined, from: URL): URL | undefined {
  const given = /<([^>]+)>\s*;[^,]*\brel="?next\b/.exec(link ?? '')?.[1];
  if (given === undefined || !URL.canParse(given, from.href)) return undefined;
  const next = new URL(given, from);
  return next.origin === from.origin ? next : undefined;
}
