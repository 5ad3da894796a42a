import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { version } from '../../../package.json';
import { CancelledError, HumanError } from '../errors.ts';
import { isPrivateAddress, isPrivateHost, lookUpPublic, refusal } from './privateHosts.ts';
import { Refused, Transient } from './refused.ts';

/** What came back, with its body still on the way. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Headers of the redirects on the way, in their order. */
  readonly redirects: readonly Readonly<Record<string, string>>[];
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes to the origin that is asked, and to no other that it leads to. */
  readonly token?: string | undefined;
  /** The address that led here before, where one did: into a private network that one alone decides, as in a redirect. */
  readonly from?: URL;
  readonly signal?: AbortSignal | undefined;
  /** Sent as JSON, with POST; without it nothing is sent, with GET. */
  readonly json?: unknown;
}

const maxRedirects = 5;

/**
 * Asks http and https alone, with limits on everything a server decides: how often it redirects, to what scheme and
 * into what network, and how long nothing may come. Proxies are those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 */
export class Http implements AsyncDisposable {
  /** In milliseconds: how long a server may take to begin, and be silent. */
  readonly #patience: number;
  readonly #open = new Map<boolean, Dispatcher>();
  readonly #private = new Map<string, Promise<boolean>>();

  readonly #isPrivateHost: (host: string) => Promise<boolean>;

  /** @param isPrivate whether a host that is asked first lies in a private network, from where it may lead on there */
  constructor(patience = 30_000, isPrivate = isPrivateHost) {
    this.#patience = patience;
    this.#isPrivateHost = isPrivate;
  }

  /**
   * @throws Refused for redirects that are not followed, Transient where nobody answers, or with 429 or 5xx; no other
   * status is an error here
   */
  async get(url: URL, { headers = {}, token, from = url, signal, json }: Asking = {}): Promise<Answer> {
    const anywhere = await this.#isPrivate(from.hostname);
    const redirects: Readonly<Record<string, string>>[] = [];
    for (let at = url; ; ) {
      if (!anywhere) expectPublic(at);
      const withToken = token !== undefined && at.origin === url.origin;
      const sent = { ...headers, ...(withToken && { authorization: `Bearer ${token}` }) };
      const answer = await this.#once(at, sent, anywhere, signal, json);
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status >= 400 || location === undefined) {
        return { ...answer, url: at, redirects };
      }
      discard(answer.body);
      redirects.push(answer.headers);
      if (redirects.length > maxRedirects)
        throw new Refused('it leads from one address to another without end');
      at = followed(at, location);
    }
  }

  async #once(
    url: URL,
    headers: Readonly<Record<string, string>>,
    anywhere: boolean,
    signal: AbortSignal | undefined,
    json: unknown,
  ) {
    // loaded when something is asked for, which most commands never do
    const { request } = await import('undici');
    try {
      const answer = await request(url, {
        // what is packed cannot be counted in bytes of the file
        headers: {
          'user-agent': `palimpsest/${version}`,
          'accept-encoding': 'identity',
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        dispatcher: await this.#dispatcher(anywhere),
        signal: signal ?? null,
        ...(json !== undefined && { method: 'POST' as const, body: JSON.stringify(json) }),
      });
      const { statusCode, headers: got, body } = answer;
      if (statusCode === 429 || statusCode >= 500) {
        discard(body);
        throw new Transient(`it answers with ${statusCode}`, secondsOf(got['retry-after']));
      }
      return { status: statusCode, headers: plain(got), body };
    } catch (error) {
      throw connectionError(error, url.host, signal);
    }
  }

  async #dispatcher(anywhere: boolean): Promise<Dispatcher> {
    const { EnvHttpProxyAgent } = await import('undici');
    const known = this.#open.get(anywhere);
    if (known !== undefined) return known;
    const made = new EnvHttpProxyAgent({
      connect: { timeout: this.#patience, ...(!anywhere && { lookup: lookUpPublic }) },
      headersTimeout: this.#patience,
      bodyTimeout: this.#patience,
    });
    this.#open.set(anywhere, made);
    return made;
  }

  #isPrivate(host: string): Promise<boolean> {
    const known = this.#private.get(host) ?? this.#isPrivateHost(host);
    this.#private.set(host, known);
    return known;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const dispatcher of this.#open.values()) await dispatcher.destroy();
  }
}

/** Addresses in numbers are not looked up, so they are looked at here. */
function expectPublic({ hostname }: URL): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && isPrivateAddress(bare)) throw refusal(bare);
}

function followed(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new Refused('it leads to what is no address');
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    throw new Refused(`it leads to an address with ${to.protocol}, which is not followed`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new Refused(`it leads from https to ${to.host} without encryption, which is not followed`);
  }
  return to;
}

/** Of what is not read nothing more is to come, and nobody hears that it was cut off. */
export function discard(body: Readable): void {
  body.on('error', () => {}).destroy();
}

/** What a broken connection means, in the words that follow an address. */
export function connectionError(error: unknown, host: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new CancelledError('The download');
  if (
    error instanceof HumanError ||
    error instanceof Transient ||
    error instanceof Refused ||
    !(error instanceof Error)
  )
    return error;
  const code = codeOf(error) ?? codeOf(error.cause);
  if (code === 'ENOTFOUND') return new Refused(`there is no host ${host}`);
  if (code !== undefined && /CERT|^UNABLE_TO_/.test(code)) {
    return new Refused(`the certificate of ${host} is not trusted (${code})`);
  }
  if (code === undefined) return error;
  return new Transient(SAYS[code] ?? `the connection to ${host} failed (${code})`);
}

const SAYS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped sending',
  UND_ERR_CONNECT_TIMEOUT: 'it cannot be connected to',
  UND_ERR_SOCKET: 'the connection was cut',
  ECONNRESET: 'the connection was cut',
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Seconds, or the date that a server gives instead. */
function secondsOf(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}
