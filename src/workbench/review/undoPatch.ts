import { commands, type Event, EventEmitter, l10n, Uri, window, workspace } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { TokenProbability } from '../../protocol/probe.ts';
import type { UndoPatchState } from '../../protocol/reviewPage.ts';
import { Disposables } from '../disposables.ts';
import { isThere } from '../isThere.ts';
import type { KeptReview } from './keptReview.ts';
import { reviewId } from './keptReviews.ts';
import { proposedStem } from './proposedStem.ts';
import type { SessionParts } from './sessionParts.ts';
import { type FileSide, type Side, sideName } from './side.ts';

/**
 * The patch that undoes what a review found: written where a person says, switched on and off on the candidate. Where it
 * was not written, the one that the review keeps is tried.
 */
export class UndoPatch extends Disposables {
  readonly #parts: SessionParts;
  readonly #review: () => KeptReview;
  readonly #written: (patch: string) => Promise<void>;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  #now: readonly TokenProbability[] | null = null;
  #wasOn = false;

  constructor(parts: SessionParts, review: () => KeptReview, written: (patch: string) => Promise<void>) {
    super();
    this.#parts = parts;
    this.#review = review;
    this.#written = written;
    this.add(parts.switching.models.onDidChange(() => void this.#look()));
    // after a reload it may be on already
    void this.#look();
  }

  get state(): UndoPatchState {
    const { patch, candidate } = this.#review();
    return { patch, applicable: isLoadable(candidate), on: this.#isOn, now: this.#now };
  }

  /** Writes the patch where a person chooses. @returns where; undefined if they choose nothing */
  async write(): Promise<string | undefined> {
    const kept = await this.#kept();
    const { candidate } = this.#review();
    const target = await window.showSaveDialog({
      defaultUri: Uri.file(`${proposedStem(candidate)}.reversal.patch.gguf`),
      filters: { [l10n.t('Patches')]: ['gguf'] },
      saveLabel: l10n.t('Write Reversal Patch'),
    });
    if (target === undefined) return undefined;
    if (candidate.kind === 'file' && target.fsPath === candidate.path) {
      throw new InputError(
        l10n.t('{0} is the candidate; a patch is written beside it, never over it.', target.fsPath),
      );
    }
    await workspace.fs.copy(kept, target, { overwrite: true });
    await this.#written(target.fsPath);
    void commands.executeCommand('setContext', 'palimpsest.did.writeReversal', true);
    this.#changed.fire();
    return target.fsPath;
  }

  /** Switches the patch on: the one that was written, else the one that the review keeps. */
  async apply(): Promise<void> {
    const { candidate, patch } = this.#review();
    if (!isLoadable(candidate)) {
      throw new InputError(
        l10n.t(
          '{0} is no GGUF file of this machine; check out, download or convert the model to switch a patch on.',
          sideName(candidate).name,
        ),
      );
    }
    const written = patch !== null && (await isThere(Uri.file(patch)));
    const file = written ? patch : (await this.#kept()).fsPath;
    const { switching } = this.#parts;
    const { path: model } = await switching.models.open(Uri.file(candidate.path));
    await switching.apply(model, { path: file, strength: 1 }, l10n.t('the reversal'));
    void commands.executeCommand('setContext', 'palimpsest.did.undoTampering', true);
  }

  async revert(): Promise<void> {
    const { candidate } = this.#review();
    const on = this.#on;
    if (candidate.kind !== 'file' || on === undefined) return;
    await this.#parts.switching.revert(candidate.path, on, l10n.t('the reversal'));
  }

  get #isOn(): boolean {
    return this.#on !== undefined;
  }

  /** The file that is on: the one that was written, or the one that is tried. */
  get #on(): string | undefined {
    const review = this.#review();
    const { candidate, patch } = review;
    if (candidate.kind !== 'file') return undefined;
    const kept = this.#parts.kept.placeOfPatch(reviewId(review)).fsPath;
    const applied = this.#parts.switching.models.get(candidate.path)?.applied ?? [];
    return applied.find((on) => on.path === patch || on.path === kept)?.path;
  }

  /** What the review keeps. @throws InputError where it found nothing to undo */
  async #kept(): Promise<Uri> {
    const review = this.#review();
    const kept = await this.#parts.kept.patchOf(reviewId(review));
    if (review.reviewed?.reversal != null && (await isThere(kept))) return kept;
    throw new InputError(
      l10n.t('There is nothing for a patch to undo; review again if the files have changed.'),
    );
  }

  /** Asks the candidate anew whenever the patch was switched. */
  async #look(): Promise<void> {
    const on = this.#isOn;
    if (on === this.#wasOn) return;
    this.#wasOn = on;
    this.#now = null;
    this.#changed.fire();
    const { candidate, reviewed } = this.#review();
    const probes = reviewed?.behaviour?.probes ?? [];
    if (!on || candidate.kind !== 'file' || probes.length === 0) return;
    const now: TokenProbability[] = [];
    try {
      for (const { probe } of probes) {
        const { after } = await this.#parts.engine.quietly((client) =>
          client.probe({ model: candidate.path, prompt: probe.prompt, top: 1 }),
        );
        now.push(...after.slice(0, 1));
      }
    } catch {
      // the engine has ended, or the model was unloaded meanwhile: then nothing is on, and nothing is said of it
      return;
    }
    if (!this.#isOn) return;
    this.#now = now;
    this.#changed.fire();
  }
}

/** Only GGUF files are loaded. */
const isLoadable = (side: Side): side is FileSide => side.kind === 'file' && side.path.endsWith('.gguf');
