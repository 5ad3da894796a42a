import { randomBytes } from 'node:crypto';
import { commands, l10n, type Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Task, TaskRequest } from '../../protocol/tasks.ts';
import { label } from '../../text/labels.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import { demandTrust } from '../engine/hint.ts';
import { attempt } from '../engine/messages.ts';
import type { Models } from '../models/models.ts';
import { KeptTasks } from './keptTasks.ts';
import { chooseBest, sweepReason } from './sweptTarget.ts';
import { taskAction } from './taskActions.ts';
import { type PanelParts, TaskPanel } from './taskPanel.ts';
import { type TaskParts, TaskSession } from './taskSession.ts';
import { taskTitle } from './taskTitle.ts';

const viewType = 'palimpsest.task';

interface Parts {
  readonly extension: Uri;
  /** Where results are kept. */
  readonly storage: Uri;
  readonly engine: EngineService;
  readonly models: Models;
}

/** Long work with a page of its own: begun by the commands of other rooms, brought back after a reload. */
export class Tasks extends Disposables {
  readonly #parts: TaskParts;
  readonly #panelParts: PanelParts;
  readonly #panels = new Map<string, TaskPanel>();

  constructor({ extension, storage, engine, models }: Parts) {
    super();
    const kept = new KeptTasks(storage);
    this.#parts = { engine, models, kept, onFound: (task) => chooseBest(models, task) };
    this.#panelParts = {
      extension,
      act: (session, action) => taskAction(this.#parts, session.task, action),
      chooseLayer: ({ task: { request, result } }, layer) => {
        if (request.kind !== 'sweep' || result?.kind !== 'sweep') return;
        models.chooseTarget(request.model, { layer, reason: sweepReason(result.value, layer) });
      },
      reverse: async ({ task: { request, result } }, prompt, signal) => {
        if (request.kind !== 'learnReversal' || result?.kind !== 'learnReversal') {
          throw new InputError(l10n.t('There is no result until the task has ended.'));
        }
        const { model } = request;
        const { reversal } = result.value;
        return await engine.quietly((client) => client.defend({ model, reversal, prompt }, { signal }));
      },
    };
    this.add(commands.registerCommand('palimpsest.tasks.show', () => attempt(() => this.#choose())));
    this.add(
      window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => this.#restore(panel, state),
      }),
    );
  }

  /** Opens the page of a new task, and runs it. It ends with the page's being told, never by throwing. */
  async start(request: TaskRequest): Promise<void> {
    demandTrust();
    const task = { id: randomBytes(16).toString('hex'), at: Date.now(), request, result: null };
    await this.#open(task).session.run();
  }

  override dispose(): void {
    for (const { panel } of this.#panels.values()) panel.dispose();
    super.dispose();
  }

  /** The results that are kept, to be opened again. */
  async #choose(): Promise<void> {
    const tasks = await this.#parts.kept.list();
    if (tasks.length === 0) {
      throw new InputError(
        l10n.t('There is no result yet: evaluate methods, sweep layers, red team or bake first.'),
      );
    }
    const items = tasks.map((task) => ({
      label: label(taskTitle(task.request)),
      description: new Date(task.at).toLocaleString(),
      ...(task.result === null && { detail: l10n.t('not finished') }),
      task,
    }));
    const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose a result to open') });
    if (picked !== undefined) this.#open(picked.task);
  }

  #open(task: Task): TaskPanel {
    const known = this.#panels.get(task.id);
    if (known !== undefined) {
      known.panel.reveal();
      return known;
    }
    const title = taskTitle(task.request);
    const panel = window.createWebviewPanel(viewType, title, ViewColumn.Active, { enableFindWidget: true });
    return this.#adopt(panel, new TaskSession(task, this.#parts));
  }

  /** After a reload: the page's own state says which task it showed. */
  async #restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const id = typeof state === 'object' && state !== null ? Reflect.get(state, 'task') : undefined;
    const task =
      typeof id === 'string' && !this.#panels.has(id) ? await this.#parts.kept.load(id) : undefined;
    if (task === undefined) panel.dispose();
    else this.#adopt(panel, new TaskSession(task, this.#parts));
  }

  #adopt(panel: WebviewPanel, session: TaskSession): TaskPanel {
    const own = new TaskPanel(panel, session, this.#panelParts);
    const { id } = session.task;
    this.#panels.set(id, own);
    panel.onDidDispose(() => {
      this.#panels.delete(id);
      own.dispose();
    });
    return own;
  }
}
