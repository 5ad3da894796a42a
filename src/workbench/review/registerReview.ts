import {
  commands,
  type Disposable,
  l10n,
  type Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { ReviewAction } from '../../protocol/reviewPage.ts';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import type { CheckpointFolders } from '../models/checkpointFolders.ts';
import { pathOf } from '../models/pickModel.ts';
import { askBase, askWhichIsBase } from './askBase.ts';
import { askCheckpoint } from './askCheckpoint.ts';
import { askReference } from './askReference.ts';
import { askSides } from './askRevision.ts';
import { bisect } from './bisect.ts';
import { compareReviews, reportScheme, reviewReports } from './compareReviews.ts';
import type { KeptReview } from './keptReview.ts';
import { KeptReviews, reviewId } from './keptReviews.ts';
import { registerReportCommand } from './openReport.ts';
import { policyBeside } from './policyChoice.ts';
import { PolicyDiagnostics } from './policyDiagnostics.ts';
import { ReviewPanel, titleOf } from './reviewPanel.ts';
import { newReview, ReviewSession } from './reviewSession.ts';
import type { SessionParts } from './sessionParts.ts';
import { fileSide, type Side } from './side.ts';

const viewType = 'palimpsest.review';

interface ReviewParts extends Pick<SessionParts, 'engine' | 'switching'> {
  readonly extension: Uri;
  /** Where reviews are kept. */
  readonly storage: Uri;
  readonly folders: CheckpointFolders;
}

/** Reviews of checkpoints: one panel a pair, brought back after a reload, and the commands that begin them. */
export function registerReview(parts: ReviewParts): Disposable {
  return new Reviews(parts);
}

class Reviews extends Disposables {
  readonly #extension: Uri;
  readonly #parts: SessionParts;
  readonly #folders: CheckpointFolders;
  readonly #panels = new Map<string, ReviewPanel>();

  constructor({ extension, storage, engine, switching, folders }: ReviewParts) {
    super();
    this.#extension = extension;
    this.#folders = folders;
    const kept = new KeptReviews(storage);
    const diagnostics = this.add(new PolicyDiagnostics(kept));
    this.#parts = { engine, switching, kept, diagnostics };
    const command = (name: string, action: (given: unknown, other: unknown) => Promise<unknown>) =>
      this.add(
        commands.registerCommand(`palimpsest.review.${name}`, (given: unknown, other: unknown) =>
          attempt(() => action(given, other)),
        ),
      );
    command('against', (given, base) => this.#against(given, base));
    command('selected', (_, both) => this.#selected(both));
    command('reference', async () => {
      const candidate = await askReference();
      if (candidate !== undefined) await this.#againstOne(candidate);
    });
    command('revision', (given) => this.#revision(given));
    command('bisect', async (given) => {
      const model = await this.#candidate(given);
      if (model !== undefined) await this.#bisect(model);
    });
    command('inspect', async (given) => {
      const candidate = await this.#candidate(given);
      if (candidate !== undefined) await this.#open({ candidate, base: null });
    });
    command('compare', () => compareReviews(kept, this.#shown()?.session.review));
    this.add(registerReportCommand());
    this.add(workspace.registerTextDocumentContentProvider(reportScheme, reviewReports(kept)));
    for (const [name, action] of [
      ['report', 'report'],
      ['showReport', 'showReport'],
      ['copyMarkdown', 'copyMarkdown'],
      ['policy', 'choosePolicy'],
      ['writeReversal', 'writeReversal'],
      ['applyReversal', 'applyReversal'],
    ] as const) {
      command(name, () => this.#onPanel(action));
    }
    this.add(
      window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => this.#restore(panel, state),
      }),
    );
  }

  override dispose(): void {
    for (const { panel } of this.#panels.values()) panel.dispose();
    super.dispose();
  }

  /** @param base a path; asked for without one */
  async #against(given: unknown, base: unknown): Promise<void> {
    const candidate = await this.#candidate(given);
    if (candidate === undefined) return;
    if (typeof base === 'string') await this.#open({ candidate, base: fileSide(base) });
    else await this.#againstOne(candidate);
  }

  /** Against one that a person chooses. */
  async #againstOne(candidate: Side): Promise<void> {
    const base = await askBase(this.#choices, this.#parts.engine, candidate);
    if (base !== undefined) await this.#open({ candidate, base });
  }

  get #choices() {
    return { models: this.#parts.switching.models, folders: this.#folders };
  }

  /** @param both the files that are selected in the explorer */
  async #selected(both: unknown): Promise<void> {
    const files = Array.isArray(both) ? both.map(pathOf).filter((file) => file !== undefined) : [];
    const [one, other, ...more] = files;
    if (one === undefined || other === undefined || more.length > 0) {
      throw new InputError(l10n.t('Select two models in the explorer: a base and a candidate.'));
    }
    const base = await askWhichIsBase(one, other);
    if (base === undefined) return;
    await this.#open({ candidate: fileSide(base === one ? other : one), base: fileSide(base) });
  }

  async #revision(given: unknown): Promise<void> {
    const candidate = await this.#candidate(given);
    if (candidate === undefined) return;
    if (candidate.kind !== 'file') return await this.#bisect(candidate);
    const sides = await askSides(candidate.path);
    if (sides === 'bisect') await this.#bisect(candidate);
    else if (sides !== undefined) await this.#open(sides);
  }

  /** Finds the revision in which an answer flipped, and reviews exactly that step. */
  async #bisect(model: Side): Promise<void> {
    const flip = await bisect(this.#parts.engine, model);
    if (flip !== undefined) await this.#open(flip);
  }

  /** A file, also one that is no model yet, such as a pointer of Git LFS: the review says what is wrong with it. */
  async #candidate(given: unknown): Promise<Side | undefined> {
    const file = pathOf(given);
    return file === undefined ? await askCheckpoint(this.#choices) : fileSide(file);
  }

  async #open(sides: Pick<KeptReview, 'candidate' | 'base'>): Promise<void> {
    const known = this.#panels.get(reviewId(sides));
    if (known !== undefined) {
      known.panel.reveal();
      return await known.session.run();
    }
    const policy = sides.base === null ? null : await policyBeside(sides.candidate, sides.base);
    const session = new ReviewSession(newReview({ ...sides, policy }), this.#parts);
    const column = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
    this.#adopt(window.createWebviewPanel(viewType, titleOf(session), column), session);
    await session.run();
  }

  /** Acts on the review that is worked in, else on one in sight, else on the last that was opened. */
  async #onPanel(action: ReviewAction): Promise<void> {
    const review = this.#shown() ?? [...this.#panels.values()].at(-1);
    if (review === undefined) throw new InputError(l10n.t('Review a checkpoint first.'));
    if (!review.panel.visible) review.panel.reveal();
    await review.act(action);
  }

  /** The review that is worked in, else one in sight. */
  #shown(): ReviewPanel | undefined {
    const panels = [...this.#panels.values()];
    return panels.find(({ panel: { active } }) => active) ?? panels.find(({ panel: { visible } }) => visible);
  }

  /** After a reload: the page's own state says which review it showed. */
  async #restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const id = typeof state === 'object' && state !== null ? Reflect.get(state, 'review') : undefined;
    const review =
      typeof id === 'string' && !this.#panels.has(id) ? await this.#parts.kept.load(id) : undefined;
    if (review === undefined) panel.dispose();
    else this.#adopt(panel, new ReviewSession(review, this.#parts));
  }

  #adopt(panel: WebviewPanel, session: ReviewSession): void {
    const own = new ReviewPanel(panel, session, this.#extension);
    this.#panels.set(session.id, own);
    panel.onDidDispose(() => {
      this.#panels.delete(session.id);
      own.dispose();
    });
  }
}
