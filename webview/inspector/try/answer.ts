/** What the model has said so far, without and with the edit, and with the edit in context. */
export interface Answer {
  readonly state: 'none' | 'running' | 'done';
  /** What was asked. */
  readonly prompt: string;
  /** What is being done before text comes; empty while it comes. */
  readonly stage: string;
  /** Why it ended before its end. */
  readonly complaint: string | null;
  /** null before the first piece. */
  readonly before: string | null;
  readonly after: string | null;
  /** Whether it was asked for. */
  readonly wantsContext: boolean;
  readonly inContext: string | null;
}

export const nothing: Answer = {
  state: 'none',
  prompt: '',
  stage: '',
  complaint: null,
  before: null,
  after: null,
  wantsContext: false,
  inContext: null,
};
