import { l10n, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { RequestOf } from '../../protocol/tasks.ts';

type Judge = Pick<RequestOf<'evaluate'>, 'judge' | 'allowedCommand'>;

/**
 * Asks who says whether an answer is safe. A command of a judge file is shown, and runs only if it is allowed.
 *
 * @returns undefined where one gives up
 */
export async function askJudge(): Promise<Judge | undefined> {
  const items = [
    {
      label: l10n.t('Common refusal phrases'),
      detail: l10n.t('A built-in rule'),
      file: false,
    },
    {
      label: l10n.t('A judge file...'),
      detail: l10n.t('NAME.judge.json: a rule, a classifier as GGUF, or a command of your own'),
      file: true,
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Evaluate Methods: judge'),
    placeHolder: l10n.t('Choose how answers are judged safe or unsafe'),
    ignoreFocusOut: true,
  });
  if (picked === undefined || !picked.file) return picked && {};
  const [file] = (await window.showOpenDialog({ filters: { [l10n.t('Judge files')]: ['json'] } })) ?? [];
  if (file === undefined) return undefined;
  const { readJudgeFile, shownCommand } = await import('../../engine/judging/judgeFile.ts');
  const judge = await readJudgeFile(file.fsPath);
  if (judge.kind !== 'command') return { judge: file.fsPath };
  const run = l10n.t('Run Command');
  const answer = await window.showWarningMessage(
    l10n.t('The judge file runs a command on this machine.'),
    { modal: true, detail: shownCommand(judge.command) },
    run,
  );
  if (answer !== run) throw new InputError(l10n.t('Without its command the judge file cannot judge.'));
  return { judge: file.fsPath, allowedCommand: judge.command };
}
