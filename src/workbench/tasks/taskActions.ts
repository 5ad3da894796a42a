import path from 'node:path';
import { commands, env, l10n, UIKind, Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { TaskAction } from '../../protocol/taskPage.ts';
import type { RequestOf, Task } from '../../protocol/tasks.ts';
import { askNewFile } from '../edits/newEdit/askNewFile.ts';
import { saveFile } from '../saveFile.ts';
import { writeFile } from '../writeFile.ts';
import type { TaskParts } from './taskSession.ts';
import { taskTitle } from './taskTitle.ts';

/** Does what a button of a task's page asks for, besides running, stopping and what its result alone offers. */
export async function taskAction(
  { engine }: Pick<TaskParts, 'engine'>,
  task: Task,
  action: Exclude<TaskAction, 'again' | 'stop'>,
): Promise<unknown> {
  const { request } = task;
  switch (action) {
    case 'save':
      return await save(task);
    case 'openFolder':
      return request.kind === 'evaluate' ? await showFolder(request.folder) : undefined;
    case 'openModel':
      if (request.kind !== 'bake') return undefined;
      return await commands.executeCommand('vscode.openWith', Uri.file(request.out), 'palimpsest.gguf');
    case 'review':
      if (request.kind !== 'bake') return undefined;
      return await commands.executeCommand('palimpsest.review.against', Uri.file(request.out), request.model);
    case 'writeEdits':
      return request.kind === 'importRecords' ? await writeEdits(engine, request) : undefined;
    case 'writeReversal':
      return await writeReversal(task);
  }
}

/** All that was found, as JSON. */
async function save({ request, result }: Task): Promise<void> {
  if (result === null) throw new InputError(l10n.t('There is no result until the task has ended.'));
  const beside = 'path' in request ? request.path : 'model' in request ? request.model : request.dataset;
  await saveFile(`${JSON.stringify(result.value, null, 2)}\n`, 'json', taskTitle(request), Uri.file(beside));
}

/** In the machine's own file manager where the window is on it, else in the explorer, else by its page. */
async function showFolder(folder: string): Promise<void> {
  const page = Uri.file(path.join(folder, 'evaluation.md'));
  if (env.uiKind === UIKind.Desktop && env.remoteName === undefined) {
    await commands.executeCommand('revealFileInOS', page);
  } else await commands.executeCommand('markdown.showPreview', page);
}

/** Imports what the page has shown, where a person chooses, and opens it. */
async function writeEdits(
  engine: TaskParts['engine'],
  { path: file, format, model }: RequestOf<'importRecords'>,
): Promise<void> {
  const from = Uri.file(file);
  const suggested = from.with({ path: from.path.replace(/(\.edits)?\.jsonl?$/, '.edits.json') });
  const to = await askNewFile(l10n.t('Write the edits into'), suggested);
  if (to === undefined) return;
  await engine.run(l10n.t('Importing {0}', path.basename(file)), (client, work) =>
    client.importRecords({ path: file, format, out: to.fsPath, model }, work),
  );
  await commands.executeCommand('palimpsest.edits.open', to);
}

/** What `palimpsest reversal ask` and this page take again. */
async function writeReversal({ request, result }: Task): Promise<void> {
  if (request.kind !== 'learnReversal' || result?.kind !== 'learnReversal') return;
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(`${request.model.replace(/\.gguf$/, '')}.reversal.json`),
    filters: { JSON: ['json'] },
    saveLabel: l10n.t('Save Reversal'),
  });
  if (target === undefined) return;
  const { writeContextDefence: asFile } = await import('../../formats/contextDefence/v1.ts');
  await writeFile(target, `${JSON.stringify(asFile(result.value.reversal), null, 2)}\n`);
  await commands.executeCommand('vscode.open', target);
}
