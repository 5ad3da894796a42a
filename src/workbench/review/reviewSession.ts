import { commands, type Event, EventEmitter, l10n, workspace } from 'vscode';
import { CancelledError } from '../../engine/errors.ts';
import type { Reviewed } from '../../protocol/review.ts';
import type { PolicyState, ReviewProgress, ReviewState } from '../../protocol/reviewPage.ts';
import { Disposables } from '../disposables.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { KeptReview } from './keptReview.ts';
import { reviewId } from './keptReviews.ts';
import { judgedOf, policyState } from './policyState.ts';
import type { SessionParts } from './sessionParts.ts';
import { sideName } from './side.ts';
import { UndoPatch } from './undoPatch.ts';

/** One review: it runs, is judged by a policy, and is kept. */
export class ReviewSession extends Disposables {
  readonly id: string;
  readonly reversal: UndoPatch;
  readonly #parts: SessionParts;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  #review: KeptReview;
  #progress: ReviewProgress;
  #policy: PolicyState | null = null;
  #stop: AbortController | undefined;
  /** What is known before the models are asked, while a review runs. */
  #ahead: Reviewed | null = null;
  #passed: readonly string[] = [];

  constructor(review: KeptReview, parts: SessionParts) {
    super();
    this.id = reviewId(review);
    this.#parts = parts;
    this.#review = review;
    this.#progress = { name: isFinished(review) ? 'done' : 'stopped' };
    this.reversal = this.add(
      new UndoPatch(
        parts,
        () => this.#review,
        async (patch) => this.#keep({ ...this.#review, patch }),
      ),
    );
    this.add(this.reversal.onDidChange(() => this.#changed.fire()));
    this.add(
      workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.fsPath === this.#review.policy) void this.#judge();
      }),
    );
    void this.#judge();
  }

  get review(): KeptReview {
    return this.#review;
  }

  get state(): ReviewState {
    const { base, candidate, reviewed, inspected, tensors } = this.#review;
    return {
      id: this.id,
      base: base === null ? null : sideName(base),
      candidate: sideName(candidate),
      progress: this.#progress,
      reviewed: reviewed ?? this.#ahead,
      inspected,
      tensors,
      policy: this.#policy,
      reversal: this.reversal.state,
    };
  }

  /** Reviews the files as they are now. What goes wrong is part of the state. */
  async run(): Promise<void> {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const { engine, kept } = this.#parts;
    const { base, candidate, policy } = this.#review;
    this.#review = newReview({ base, candidate, policy });
    this.#policy = null;
    this.#passed = [];
    this.#report('', 0);
    try {
      await kept.save(this.#review);
      const { runReview } = await import('./runReview.ts');
      const undo = await kept.patchOf(this.id);
      const title = l10n.t('Reviewing {0}', sideName(candidate).name);
      const found = await engine.jobs.run(
        title,
        ({ signal, report }) =>
          runReview(
            engine,
            this.#review,
            undo.fsPath,
            {
              signal,
              report: (stage, fraction) => {
                report?.(stage, fraction);
                this.#report(stage, fraction);
              },
            },
            (ahead) => {
              this.#ahead = ahead;
            },
          ),
        stop.signal,
      );
      await this.#keep({ ...this.#review, ...found });
      this.#progress = { name: 'done' };
      void commands.executeCommand('setContext', 'palimpsest.did.review', true);
    } catch (error) {
      this.#progress =
        error instanceof CancelledError || stop.signal.aborted
          ? { name: 'stopped' }
          : { name: 'failed', message: sentenceOf(error) };
    } finally {
      this.#stop = undefined;
      this.#ahead = null;
    }
    await this.#judge();
  }

  stop(): void {
    this.#stop?.abort();
  }

  /** Judges by another policy, or by none. */
  async setPolicy(policy: KeptReview['policy']): Promise<void> {
    this.#review = { ...this.#review, policy };
    await this.#parts.kept.save(this.#review);
    await this.#judge();
  }

  override dispose(): void {
    this.stop();
    this.#parts.diagnostics.leave(this.id);
    super.dispose();
  }

  async #keep(review: KeptReview): Promise<void> {
    this.#review = review;
    await this.#parts.kept.save(review);
  }

  async #judge(): Promise<void> {
    this.#policy = await policyState(this.#review);
    await this.#parts.diagnostics.set(this.id, judgedOf(this.#review, this.#policy));
    this.#changed.fire();
  }

  #report(stage: string, fraction: number): void {
    const before = this.#progress.name === 'running' ? this.#progress.stage : '';
    if (before !== '' && before !== stage && !this.#passed.includes(before)) {
      this.#passed = [...this.#passed, before];
    }
    this.#set({ name: 'running', stage, fraction, passed: this.#passed.filter((one) => one !== stage) });
  }

  #set(progress: ReviewProgress): void {
    this.#progress = progress;
    this.#changed.fire();
  }
}

type Request = Pick<KeptReview, 'base' | 'candidate' | 'policy'>;

/** A review that has not run yet. */
export function newReview({ base, candidate, policy }: Request): KeptReview {
  const nothing = {
    probes: null,
    trustedKeys: [],
    reviewed: null,
    inspected: null,
    tensors: [],
    patch: null,
  };
  return { base, candidate, policy, ...nothing };
}

function isFinished({ reviewed, inspected }: KeptReview): boolean {
  return reviewed !== null || inspected !== null;
}
