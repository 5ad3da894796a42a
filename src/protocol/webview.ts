/**
 * What crosses between a webview's page and its host in the extension. Messages are JSON and typed arrays: VS Code
 * carries no bigint and no Map, and outside of a typed array NaN and the infinities arrive as null.
 */

/** One method of the host: what it is asked, what it gives, what it tells meanwhile. */
interface PageMethod {
  readonly params?: unknown;
  readonly result?: unknown;
  readonly event?: unknown;
}

/** Everything that a page and its host say to each other; each page's contract is a type of this form. */
export interface PageContract {
  /** What the page may ask. */
  readonly methods: Readonly<Record<string, PageMethod>>;
  /** What the host tells the page unasked. */
  readonly pushes: Readonly<Record<string, unknown>>;
}

export type MethodOf<C extends PageContract> = keyof C['methods'] & string;
export type PushOf<C extends PageContract> = keyof C['pushes'] & string;
type Part<C extends PageContract, M extends MethodOf<C>, K extends keyof PageMethod> =
  C['methods'][M] extends Readonly<Record<K, infer V>> ? V : undefined;
export type ParamsOf<C extends PageContract, M extends MethodOf<C>> = Part<C, M, 'params'>;
export type ResultOf<C extends PageContract, M extends MethodOf<C>> = Part<C, M, 'result'>;
export type EventOf<C extends PageContract, M extends MethodOf<C>> = Part<C, M, 'event'>;

/** How a call is followed and stopped; the host's side of it always has all three. */
export interface PageWork<E> {
  readonly signal: AbortSignal;
  /** `fraction` is in 0..1; `stage` is a short phrase for people. */
  readonly report: (stage: string, fraction: number) => void;
  readonly onEvent: (event: E) => void;
}

/** What a page is told when it starts. */
export interface PageStart {
  /** The messages in the user's language by their English text; null for English. */
  readonly messages: Readonly<Record<string, string>> | null;
}
