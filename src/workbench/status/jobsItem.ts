import { commands, type Disposable, l10n, StatusBarAlignment, window } from 'vscode';
import { label } from '../../text/labels.ts';
import { Disposables } from '../disposables.ts';
import type { Job, Jobs } from '../engine/jobs.ts';

/** The status bar's item for running tasks, and the list behind it in which each can be cancelled. */
export function registerJobsItem(jobs: Jobs): Disposable {
  const owned = new Disposables();
  const item = owned.add(window.createStatusBarItem('palimpsest.jobs', StatusBarAlignment.Left, 9));
  item.name = l10n.t('Palimpsest: running tasks');
  item.command = 'palimpsest.jobs.show';
  owned.add(
    jobs.onDidChange(() => {
      const [first, ...waiting] = jobs.list();
      if (first === undefined) return item.hide();
      const more = waiting.length === 0 ? '' : ` ${l10n.t('(+{0} waiting)', waiting.length)}`;
      item.text = `$(sync~spin) ${label(first.title)}${more}`;
      item.tooltip = jobs.list().map(lineOf).join('\n');
      item.show();
    }),
  );
  owned.add(commands.registerCommand('palimpsest.jobs.show', () => showJobs(jobs)));
  return owned;
}

async function showJobs(jobs: Jobs): Promise<void> {
  const items = jobs.list().map((job) => ({ label: label(job.title), description: saysStage(job), job }));
  const placeHolder = items.length === 0 ? l10n.t('No task is running') : l10n.t('Choose a task to cancel');
  (await window.showQuickPick(items, { placeHolder }))?.job.cancel();
}

const lineOf = (job: Job): string => `${job.title}: ${saysStage(job)}`;

function saysStage({ stage, fraction }: Job): string {
  return fraction > 0 && fraction < 1 ? `${stage} (${Math.round(100 * fraction)} %)` : stage;
}
