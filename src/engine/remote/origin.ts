import type { Readable } from 'node:stream';
import { HumanError } from '../errors.ts';
import { type Answer, discard, type Http } from './http.ts';
import { Refused, Transient } from './refused.ts';

/** Where a file comes from, and what is known of it before it is read. */
export interface Place {
  readonly url: URL;
  readonly token?: string | undefined;
  /** In bytes; undefined until the first answer. */
  readonly size?: number | undefined;
  /** Checks what redirects and the answer say of the file. @throws Refused */
  readonly check?: (headers: Readonly<Record<string, string>>) => void;
  /** What an answer with an error's status means. */
  readonly failed: (answer: Answer) => Error;
}

/** A stretch of a file on its way. */
export interface Stretch {
  /** The first byte that comes, counted from the file's beginning. */
  readonly from: number;
  /** The end of what comes, unless it breaks off. */
  readonly to: number;
  readonly body: Readable;
  readonly host: string;
}

/** Size and version of a file, as its first answer gives them. */
export interface Described {
  readonly size: number;
  /** Strong: it changes with every byte. */
  readonly etag: string | undefined;
  /** Whether parts of the file can be had. */
  readonly ranges: boolean;
}

const changed = 'it changed while it was read; try again when nobody writes to it';

/** Gives stretches of one file, and notices where an answer is not of that file, or not that stretch. */
export class Origin {
  readonly #http: Http;
  readonly #place: Place;
  /** Where the hub sends us, with a signature that holds for a while. */
  #signed: URL | undefined;
  #size: number | undefined;
  #etag: string | undefined;

  constructor(http: Http, place: Place) {
    this.#http = http;
    this.#place = place;
    this.#size = place.size;
  }

  /** Asks for one byte, to learn what the file is. */
  async describe(signal: AbortSignal | undefined): Promise<Described> {
    const answer = await this.#ask(0, 1, signal);
    discard(answer.body);
    const size = sizeOf(answer);
    if (size === undefined) throw new Refused('the server does not say how long it is');
    this.#size = size;
    this.#etag = strongEtag(answer);
    return { size, etag: this.#etag, ranges: answer.status === 206 };
  }

  /**
   * The bytes from `from` up to `to`, or the whole file from a server that knows no parts.
   *
   * @throws Refused, Transient
   */
  async stretch(from: number, to: number, signal: AbortSignal | undefined): Promise<Stretch> {
    const answer = await this.#ask(from, to, signal);
    try {
      const size = sizeOf(answer);
      if (size !== undefined && size !== this.#size) throw new Refused(changed);
      const etag = strongEtag(answer);
      if (this.#etag !== undefined && etag !== undefined && etag !== this.#etag) throw new Refused(changed);
      const { body, url } = answer;
      if (answer.status === 200) return { from: 0, to: size ?? to, body, host: url.host };
      const range = rangeOf(answer);
      if (range === undefined || range.first !== from || range.last >= to) {
        throw new Refused(`${url.host} sends other bytes than those it was asked for`);
      }
      return { from, to: range.last + 1, body, host: url.host };
    } catch (error) {
      discard(answer.body);
      throw error;
    }
  }

  /** An answer with bytes of the file. */
  async #ask(from: number, to: number, signal: AbortSignal | undefined): Promise<Answer> {
    const { url, token, check, failed } = this.#place;
    const asked = this.#signed ?? url;
    const headers = { range: `bytes=${from}-${to - 1}` };
    const answer = await this.#http.get(asked, {
      headers,
      token: asked === url ? token : undefined,
      from: url,
      signal,
    });
    const { status } = answer;
    if (status === 200 || status === 206) {
      const encoding = answer.headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') throw new Refused(`${answer.url.host} sends it packed (${encoding})`);
      for (const redirect of answer.redirects) check?.(redirect);
      if (this.#signed === undefined && answer.url.origin === url.origin) check?.(answer.headers);
      if (answer.url.origin !== url.origin) this.#signed = answer.url;
      return answer;
    }
    discard(answer.body);
    if (this.#signed !== undefined && (status === 401 || status === 403)) {
      this.#signed = undefined;
      throw new Transient('its address is no longer good');
    }
    if (status === 416) throw new Refused(changed);
    const error = failed(answer);
    throw error instanceof HumanError ? error : new Refused(error.message);
  }
}

/** RFC 9110, 14.4: `bytes 0-63/1000`. */
function rangeOf({ headers }: Answer) {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  if (first === undefined) return undefined;
  return { first: Number(first), last: Number(last), total: Number(total) };
}

function sizeOf(answer: Answer): number | undefined {
  if (answer.status === 206) return rangeOf(answer)?.total;
  const length = answer.headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}

function strongEtag({ headers }: Answer): string | undefined {
  const { etag } = headers;
  return etag === undefined || etag.startsWith('W/') ? undefined : etag;
}
