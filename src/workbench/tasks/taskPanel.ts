import type { Uri, WebviewPanel } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { TaskAction, TaskContract } from '../../protocol/taskPage.ts';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import { showPage } from '../webviews/showPage.ts';
import { tabIcon } from '../webviews/tabIcon.ts';
import { Throttled } from '../webviews/throttled.ts';
import type { TaskSession } from './taskSession.ts';

/** What a panel needs besides its session. */
export interface PanelParts {
  readonly extension: Uri;
  /** Does what a button asks for, besides running and stopping. */
  readonly act: (session: TaskSession, action: Exclude<TaskAction, 'again' | 'stop'>) => Promise<unknown>;
  readonly chooseLayer: (session: TaskSession, layer: number) => void;
  readonly reverse: (
    session: TaskSession,
    prompt: string,
    signal: AbortSignal,
  ) => Promise<TaskContract['methods']['reverse']['result']>;
}

/** The panel of one task. */
export class TaskPanel extends Disposables {
  readonly panel: WebviewPanel;
  readonly session: TaskSession;

  constructor(panel: WebviewPanel, session: TaskSession, parts: PanelParts) {
    super();
    this.panel = panel;
    this.session = this.add(session);
    panel.iconPath = tabIcon(parts.extension);
    const page = this.add(
      showPage<TaskContract>(panel.webview, parts.extension, 'task', panel.title, {
        state: () => session.state,
        act: async ({ action }) => {
          // a run that has begun is told of by its state
          if (action === 'again') void session.run();
          else if (action === 'stop') session.stop();
          else await attempt(() => parts.act(session, action));
          return undefined;
        },
        chooseLayer: async ({ layer }) => {
          await attempt(async () => parts.chooseLayer(session, layer));
          return undefined;
        },
        reverse: ({ prompt }, { signal }) => {
          if (prompt.trim() === '') throw new InputError('The prompt is empty.');
          return parts.reverse(session, prompt, signal);
        },
      }),
    );
    const telling = this.add(new Throttled(() => page.push('state', session.state)));
    this.add(session.onDidChange(() => telling.soon()));
  }
}
