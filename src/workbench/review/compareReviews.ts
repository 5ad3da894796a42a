import { commands, l10n, type TextDocumentContentProvider, Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { label } from '../../text/labels.ts';
import type { KeptReview } from './keptReview.ts';
import { type KeptReviews, reviewId } from './keptReviews.ts';
import { placeOf, sideName } from './side.ts';

/** Reports of kept reviews are read as documents of this scheme: the review's id is the path. */
export const reportScheme = 'palimpsest-review';

/** The reports of kept reviews, as Markdown, for VS Code's own comparison of texts. */
export function reviewReports(kept: KeptReviews): TextDocumentContentProvider {
  return {
    async provideTextDocumentContent({ path }) {
      const review = await kept.load(/^\/([0-9a-f]{32})\//.exec(path)?.[1] ?? '');
      if (review?.reviewed == null) return l10n.t('This review is no longer kept; review again.');
      const { markdownReport } = await import('../../engine/review/reports/markdown.ts');
      return markdownReport(review.reviewed);
    },
  };
}

/**
 * Compares two reviews of the same candidate, which were made against different bases: their reports side by side.
 *
 * @param shown the review that is worked in; asked for without one
 */
export async function compareReviews(kept: KeptReviews, shown: KeptReview | undefined): Promise<void> {
  const ended = (await kept.list()).filter(({ reviewed }) => reviewed !== null);
  const one = shown?.reviewed == null ? await pick(ended.filter(hasOther(ended))) : shown;
  if (one === undefined) return;
  const others = ended.filter(isOther(one));
  if (others.length === 0) {
    throw new InputError(
      l10n.t('{0} has no other review; review it against another base.', sideName(one.candidate).name),
    );
  }
  const other = others.length === 1 ? others[0] : await pick(others);
  if (other === undefined) return;
  const title = l10n.t(
    '{0}: against {1} ↔ {2}',
    sideName(one.candidate).name,
    baseName(one),
    baseName(other),
  );
  await commands.executeCommand('vscode.diff', reportOf(one), reportOf(other), title);
}

const isOther = (one: KeptReview) => (other: KeptReview) =>
  reviewId(other) !== reviewId(one) && placeOf(other.candidate) === placeOf(one.candidate);
const hasOther = (all: readonly KeptReview[]) => (one: KeptReview) => all.some(isOther(one));

async function pick(reviews: readonly KeptReview[]): Promise<KeptReview | undefined> {
  if (reviews.length === 0) {
    throw new InputError(l10n.t('No candidate was reviewed against two bases; review one again first.'));
  }
  const items = reviews.map((review) => ({
    label: label(sideName(review.candidate).name),
    description: l10n.t('compared with {0}', baseName(review)),
    detail: placeOf(review.candidate),
    review,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose a review to compare') });
  return picked?.review;
}

function baseName({ base }: KeptReview): string {
  return base === null ? '–' : sideName(base).name;
}

function reportOf(review: KeptReview): Uri {
  return Uri.from({ scheme: reportScheme, path: `/${reviewId(review)}/${baseName(review)}.md` });
}
