import type { PageStart } from '../protocol/webview.ts';
import type { Answers, Reports } from './wire.ts';

/** What a webview's page calls in its host in the extension. */
export interface PageHost extends Answers {
  /** A page has loaded and listens. Whatever an earlier page of the same webview waited for is stopped. */
  start(): PageStart;
}

/** What the host tells its page, unanswered. */
export interface PageFunctions extends Reports {
  push(name: string, value: unknown): void;
}
