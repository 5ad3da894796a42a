import { type Event, EventEmitter } from 'vscode';
import { CancelledError } from '../../engine/errors.ts';
import type { TaskProgress, TaskState } from '../../protocol/taskPage.ts';
import type { Task, TaskRequest } from '../../protocol/tasks.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import { sentenceOf } from '../engine/messages.ts';
import type { Models } from '../models/models.ts';
import type { KeptTasks } from './keptTasks.ts';
import { taskTitle } from './taskTitle.ts';

/** What all tasks of a window share. */
export interface TaskParts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly kept: KeptTasks;
  /** Told of what a run has found, before the page is. */
  readonly onFound: (task: Task) => void;
}

/** One task: it runs, can be stopped and run again, and its result is kept. */
export class TaskSession extends Disposables {
  readonly #parts: TaskParts;
  readonly #changed = this.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  #task: Task;
  #progress: TaskProgress;
  #stop: AbortController | undefined;

  constructor(task: Task, parts: TaskParts) {
    super();
    this.#task = task;
    this.#parts = parts;
    this.#progress = { name: task.result === null ? 'stopped' : 'done' };
    if (task.request.kind === 'sweep') this.add(parts.models.onDidChange(() => this.#changed.fire()));
  }

  get task(): Task {
    return this.#task;
  }

  get state(): TaskState {
    const { id, request, result } = this.#task;
    const target = 'model' in request ? this.#parts.models.get(request.model ?? '')?.target : undefined;
    const title = taskTitle(request);
    return { id, title, request, progress: this.#progress, result, target: target?.layer ?? null };
  }

  /** Does it with the files as they are now. What goes wrong is part of the state. */
  async run(): Promise<void> {
    if (this.#stop !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    const { engine, models, kept, onFound } = this.#parts;
    const { request } = this.#task;
    this.#set({ name: 'running', stage: '', fraction: 0 });
    try {
      await kept.save(this.#task);
      // the list of models is to say what the engine has loaded; an import reads a header alone
      for (const model of loadedFor(request)) if (models.get(model) !== undefined) await models.load(model);
      const { runTask } = await import('./runTask.ts');
      const result = await engine.jobs.run(
        taskTitle(request),
        ({ signal, report }) =>
          runTask(engine, request, {
            signal,
            report: (stage, fraction) => {
              report?.(stage, fraction);
              this.#set({ name: 'running', stage, fraction });
            },
          }),
        stop.signal,
      );
      this.#task = { ...this.#task, result };
      await kept.save(this.#task);
      onFound(this.#task);
      this.#set({ name: 'done' });
    } catch (error) {
      const stopped = error instanceof CancelledError || stop.signal.aborted;
      this.#set(stopped ? { name: 'stopped' } : { name: 'failed', message: sentenceOf(error) });
    } finally {
      this.#stop = undefined;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }

  override dispose(): void {
    this.stop();
    super.dispose();
  }

  #set(progress: TaskProgress): void {
    this.#progress = progress;
    this.#changed.fire();
  }
}

/** The models that a task runs. */
function loadedFor(request: TaskRequest): readonly string[] {
  if (request.kind === 'importRecords') return [];
  if (request.kind === 'compare') return [...new Set(request.sides.map(({ model }) => model))];
  return 'model' in request ? [request.model] : [];
}
