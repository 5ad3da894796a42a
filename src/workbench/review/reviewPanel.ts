import { commands, l10n, Uri, ViewColumn, type WebviewPanel } from 'vscode';
import type { ReviewAction, ReviewContract } from '../../protocol/reviewPage.ts';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import { showPage } from '../webviews/showPage.ts';
import { tabIcon } from '../webviews/tabIcon.ts';
import { Throttled } from '../webviews/throttled.ts';
import { isPolicyFile, pickPolicy } from './policyChoice.ts';
import { outcomeOf } from './policyState.ts';
import type { ReviewSession } from './reviewSession.ts';
import { copyReport, saveReport, showReport } from './saveReport.ts';
import { sideName } from './side.ts';

/** What a review is called on its tab. */
export function titleOf({ review: { candidate } }: ReviewSession): string {
  return l10n.t('Review {0}', sideName(candidate).name);
}

/** The panel of one review. */
export class ReviewPanel extends Disposables {
  readonly panel: WebviewPanel;
  readonly session: ReviewSession;

  constructor(panel: WebviewPanel, session: ReviewSession, extension: Uri) {
    super();
    this.panel = panel;
    this.session = this.add(session);
    panel.iconPath = tabIcon(extension);
    const page = this.add(
      showPage<ReviewContract>(panel.webview, extension, 'review', panel.title, {
        state: () => session.state,
        act: async ({ action }) => {
          // a review that has begun is told of by its state
          if (action === 'again') void session.run();
          else await attempt(() => this.act(action));
          return undefined;
        },
      }),
    );
    const telling = this.add(new Throttled(() => page.push('state', session.state)));
    this.add(session.onDidChange(() => telling.soon()));
  }

  /** Does what a button of the page, or the command of the same meaning, asks for. */
  async act(action: ReviewAction): Promise<void> {
    const { session } = this;
    const { candidate, policy } = session.review;
    switch (action) {
      case 'again':
        return await session.run();
      case 'stop':
        return session.stop();
      case 'against':
        if (candidate.kind === 'file')
          await commands.executeCommand('palimpsest.review.against', candidate.path);
        return;
      case 'choosePolicy': {
        const picked = await pickPolicy(policy);
        if (picked !== undefined) await session.setPolicy(picked);
        return;
      }
      case 'openPolicy':
        if (policy !== null && isPolicyFile(policy)) {
          await commands.executeCommand('vscode.open', Uri.file(policy), ViewColumn.Beside);
          void commands.executeCommand('setContext', 'palimpsest.did.openPolicy', true);
        }
        return;
      case 'showReport':
        return await showReport(session.review, outcomeOf(session.state.policy));
      case 'copyMarkdown':
        return await copyReport(session.review, outcomeOf(session.state.policy));
      case 'report':
        return await saveReport(session.review, outcomeOf(session.state.policy));
      case 'writeReversal':
        await session.reversal.write();
        return;
      case 'applyReversal':
        return await session.reversal.apply();
      case 'revertReversal':
        return await session.reversal.revert();
    }
  }
}
