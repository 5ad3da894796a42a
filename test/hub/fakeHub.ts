import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** A file of the hub: bytes, or a file on disk, which may be large. */
export interface Stored {
  readonly content: Buffer | string;
  /** In Git LFS, as all large files are: the hub says its SHA-256 and sends elsewhere for it. */
  readonly lfs?: boolean;
}

interface Commit {
  readonly id: string;
  readonly title: string;
  readonly files: Readonly<Record<string, Stored>>;
}

interface Repository {
  /** The latest first. */
  readonly commits: Commit[];
  readonly refs: Map<string, string>;
  /** Who may see it. */
  readonly token?: string | undefined;
  readonly gated?: boolean | undefined;
}

/** What was asked of one of the two servers. */
export interface Asked {
  readonly server: 'hub' | 'cdn';
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** Of the body, that were sent. */
  bytes: number;
}

/** Does something else than the server would, once; true where it answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse, server: 'hub' | 'cdn') => boolean;

/**
 * What huggingface.co does for those who read models, on this machine: the lists of revisions and commits, files that are
 * sent for, with a signed address, to another host, and what it answers to those who may not see them. Its shapes are
 * those that huggingface_hub and @huggingface/hub read.
 */
export class FakeHub implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Looked at before every request; the first that answers is it. */
  readonly faults: Fault[] = [];
  readonly #repositories = new Map<string, Repository>();
  readonly #digests = new Map<string, string>();
  readonly #hub: Server;
  readonly #cdn: Server;
  #signatures = 1;

  private constructor() {
    this.#hub = createServer((request, response) => void this.#answer('hub', request, response));
    this.#cdn = createServer((request, response) => void this.#answer('cdn', request, response));
  }

  static async open(): Promise<FakeHub> {
    const hub = new FakeHub();
    for (const server of [hub.#hub, hub.#cdn]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    return hub;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#hub.address() as AddressInfo).port}`;
  }

  /** The other host; files of `put` lie there too, for those who ask without the hub. */
  get cdn(): string {
    return `http://localhost:${(this.#cdn.address() as AddressInfo).port}`;
  }

  /** Bytes of files that were sent, without lists. */
  get moved(): number {
    return this.asked
      .filter(({ path }) => !path.startsWith('/api/'))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  repository(name: string, { token, gated }: Pick<Repository, 'token' | 'gated'> = {}): void {
    this.#repositories.set(name, { commits: [], refs: new Map(), token, gated });
  }

  /** Adds a commit, to which `ref` then leads. @returns its id */
  commit(name: string, files: Readonly<Record<string, Stored>>, title = 'Update', ref = 'main'): string {
    const repository: Repository = this.#repositories.get(name) ?? { commits: [], refs: new Map() };
    this.#repositories.set(name, repository);
    const id = createHash('sha1').update(`${name} ${repository.commits.length}`).digest('hex');
    repository.commits.unshift({ id, title, files });
    repository.refs.set(ref, id);
    return id;
  }

  /** From now on addresses that were signed before are no longer good. */
  expireSignatures(): void {
    this.#signatures++;
  }

  async #answer(server: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', headers } = request;
    const { range, authorization } = headers;
    const asked: Asked = { server, path: decodeURI(url.split('?')[0] ?? ''), range, authorization, bytes: 0 };
    this.asked.push(asked);
    const write = response.write.bind(response);
    response.write = ((chunk: Buffer, ...rest: []) => {
      asked.bytes += chunk.length;
      return write(chunk, ...rest);
    }) as typeof response.write;
    try {
      if (this.faults.some((fault) => fault(request, response, server))) return;
      if (server === 'cdn') await this.#send(url, request, response);
      else await this.#ofHub(new URL(url, this.endpoint), request, response);
    } catch {
      response.destroy();
    }
  }

  async #ofHub(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, api, name = '', kind = '', revision = '', file = ''] =
      /^(\/api\/models)?\/([^/]+\/[^/]+)\/(revision|commits|resolve|paths-info)\/([^/]+)(?:\/(.*))?$/.exec(
        url.pathname,
      ) ?? [];
    const repository = this.#repositories.get(name);
    const authorization = request.headers.authorization;
    const seen = repository?.token === undefined || authorization === `Bearer ${repository.token}`;
    if (authorization !== undefined && !/^Bearer hf_/.test(authorization)) {
      return refuse(response, 401, undefined, 'Invalid credentials in Authorization header');
    }
    if (repository === undefined || !seen) {
      return refuse(
        response,
        authorization === undefined ? 401 : 404,
        'RepoNotFound',
        'Repository not found',
      );
    }
    const wanted = decodeURIComponent(revision);
    const id = repository.refs.get(wanted) ?? wanted;
    const at = repository.commits.findIndex((commit) => commit.id === id);
    const commit = repository.commits[at];
    if (commit === undefined) return refuse(response, 404, 'RevisionNotFound', 'Invalid rev id');
    if (api !== undefined && kind === 'revision') {
      const siblings = await Promise.all(
        Object.entries(commit.files).map(async ([rfilename, stored]) => {
          const size = sizeOf(stored);
          const blobId = createHash('sha1')
            .update(await this.#digest(stored))
            .digest('hex');
          return stored.lfs === true
            ? { rfilename, size, blobId, lfs: { sha256: await this.#digest(stored), size, pointerSize: 134 } }
            : { rfilename, size, blobId };
        }),
      );
      return json(response, { id: name, modelId: name, sha: id, siblings, private: false, tags: [] });
    }
    if (api !== undefined && kind === 'commits') {
      const limit = Number(url.searchParams.get('limit') ?? 50);
      const from = at + limit * Number(url.searchParams.get('p') ?? 0);
      const page = repository.commits.slice(from, from + limit);
      const more = from + limit < repository.commits.length;
      const next = `${this.endpoint}${url.pathname}?limit=${limit}&p=${Number(url.searchParams.get('p') ?? 0) + 1}`;
      if (more) response.setHeader('link', `<${next}>; rel="next"`);
      return json(
        response,
        page.map(({ id: oid, title }) => ({
          id: oid,
          title,
          message: '',
          date: '2026-11-01T10:00:00.000Z',
          authors: [{ user: 'ada' }],
        })),
      );
    }
    if (api !== undefined && kind === 'paths-info') {
      const { paths } = JSON.parse(await text(request)) as { paths: string[] };
      const found = paths.flatMap((path) => commit.files[path] ?? []);
      if (found.length < paths.length) return json(response, []);
      return json(response, await Promise.all(paths.map((path) => this.#lastChange(repository, at, path))));
    }
    if (repository.gated === true && authorization === undefined) {
      return refuse(response, 401, 'GatedRepo', `Access to model ${name} is restricted.`);
    }
    const stored = commit.files[decodeURIComponent(file)];
    if (stored === undefined) return refuse(response, 404, 'EntryNotFound', 'Entry not found');
    response.setHeader('x-repo-commit', id);
    if (stored.lfs !== true) return await sendStored(stored, request, response);
    const digest = await this.#digest(stored);
    response.writeHead(302, {
      location: `${this.cdn}/${name}/${id}/${file}?signature=${this.#signatures}`,
      'x-linked-etag': `"${digest}"`,
      'x-linked-size': String(sizeOf(stored)),
      'content-type': 'text/plain',
    });
    response.write(Buffer.from('Found. Redirecting'));
    response.end();
  }

  async #send(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, this.cdn);
    const [, name = '', id = '', file = ''] = /^\/([^/]+\/[^/]+)\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    const repository = this.#repositories.get(name);
    const commit = repository?.commits.find((one) => one.id === (repository.refs.get(id) ?? id));
    const stored = commit?.files[decodeURIComponent(file)];
    if (stored === undefined) return refuse(response, 404, undefined, 'Not found');
    const signature = searchParams.get('signature');
    if (signature !== null && signature !== String(this.#signatures))
      return refuse(response, 403, undefined, 'Expired');
    response.setHeader('etag', `"${(await this.#digest(stored)).slice(0, 32)}"`);
    await sendStored(stored, request, response);
  }

  /** What the hub says of a file with `expand`. */
  async #lastChange(repository: Repository, from: number, path: string) {
    const digestAt = async (index: number) => {
      const stored = repository.commits[index]?.files[path];
      return stored && (await this.#digest(stored));
    };
    const oid = await digestAt(from);
    let at = from;
    while ((await digestAt(at + 1)) === oid) at++;
    const [stored, last] = [repository.commits[from]?.files[path], repository.commits[at]];
    if (stored === undefined || last === undefined || oid === undefined) throw new Error(`no ${path}`);
    const size = sizeOf(stored);
    const lastCommit = { id: last.id, title: last.title, date: '2026-11-01T10:00:00.000Z' };
    return {
      type: 'file',
      path,
      size,
      oid: oid.slice(0, 40),
      lfs: { oid, size, pointerSize: 134 },
      lastCommit,
    };
  }

  /** SHA-256; of files on disk once. */
  async #digest({ content }: Stored): Promise<string> {
    if (typeof content !== 'string') return createHash('sha256').update(content).digest('hex');
    const { size, mtimeMs, ino } = statSync(content);
    const key = `${ino} ${size} ${mtimeMs}`;
    const known = this.#digests.get(key);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    await pipeline(createReadStream(content, { highWaterMark: 1 << 20 }), hash);
    const digest = hash.digest('hex');
    this.#digests.set(key, digest);
    return digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

const sizeOf = ({ content }: Stored): number =>
  typeof content === 'string' ? statSync(content).size : content.length;

async function sendStored(stored: Stored, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const size = sizeOf(stored);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first ?? 0);
  const to = Math.min(size, Number(last ?? size - 1) + 1);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-length', to - from);
  if (first === undefined) response.writeHead(200);
  else response.writeHead(206, { 'content-range': `bytes ${from}-${to - 1}/${size}` });
  if (typeof stored.content !== 'string') {
    response.write(stored.content.subarray(from, to));
    response.end();
    return;
  }
  await pipeline(createReadStream(stored.content, { start: from, end: to - 1 }), response).catch(() => {});
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string | undefined, message: string): void {
  if (code !== undefined) response.setHeader('x-error-code', code);
  response.setHeader('x-error-message', message);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: message }));
}
