import { Uri, type WebviewPanel } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { TaskAction, TaskContract } from '../../protocol/taskPage.ts';
import { Disposables } from '../disposables.ts';
import { attempt } from '../engine/messages.ts';
import type { ServedPage } from '../webviews/servePage.ts';
import { showPage } from '../webviews/showPage.ts';
import type { TaskSession } from './taskSession.ts';

/** Progress comes in bursts: the page is told at most so often, in ms. */
const pause = 60;

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
  readonly #page: ServedPage<TaskContract>;
  #told: NodeJS.Timeout | undefined;

  constructor(panel: WebviewPanel, session: TaskSession, parts: PanelParts) {
    super();
    this.panel = panel;
    this.session = this.add(session);
    const icon = (name: string) => Uri.joinPath(parts.extension, 'media', name);
    panel.iconPath = { light: icon('page-light.svg'), dark: icon('page-dark.svg') };
    this.#page = this.add(
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
    this.add(session.onDidChange(() => this.#tell()));
  }

  override dispose(): void {
    clearTimeout(this.#told);
    super.dispose();
  }

  #tell(): void {
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.#page.push('state', this.session.state);
    }, pause);
  }
}
