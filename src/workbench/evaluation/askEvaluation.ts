import path from 'node:path';
import { l10n, type QuickPickItem, Uri, window } from 'vscode';
import type { EditsFile } from '../../protocol/edits.ts';
import { defaultMethod, EVALUATED, type EvaluatedName, methodEntry } from '../../protocol/methods.ts';
import type { RequestOf } from '../../protocol/tasks.ts';
import { editMethod } from '../engine/settings.ts';
import { isThere } from '../isThere.ts';
import { askJudge } from './askJudge.ts';

/** What is evaluated: the edits of a file, on a model. */
interface Subject {
  readonly model: string;
  readonly dataset: Uri;
  readonly content: EditsFile;
}

type Asked = Omit<RequestOf<'evaluate'>, 'kind'>;

/** Asks which methods are compared, on how many edits and how, and where the results lie. @returns undefined where one gives up */
export async function askEvaluation({ model, dataset, content }: Subject): Promise<Asked | undefined> {
  const methods = await askMethods();
  if (methods === undefined || methods.length === 0) return undefined;
  const number = await askNumber(content.edits.length);
  if (number === undefined) return undefined;
  const options = await askOptions();
  if (options === undefined) return undefined;
  const judged = content.edits.some(({ safety }) => safety !== undefined) ? await askJudge() : {};
  if (judged === undefined) return undefined;
  const folder = await askFolder(dataset);
  if (folder === undefined) return undefined;
  return {
    model,
    dataset: dataset.fsPath,
    methods,
    ...(number < content.edits.length && { numbers: [number] }),
    ...options,
    ...judged,
    folder,
  };
}

async function askMethods(): Promise<EvaluatedName[] | undefined> {
  const usual = editMethod() ?? defaultMethod;
  const items = EVALUATED.map((name) => {
    const { title, summary } = methodEntry(name);
    return { label: name, description: title, detail: summary, picked: name === usual, name };
  });
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Evaluate Methods (1 of 4): methods'),
    placeHolder: l10n.t('Choose the methods to compare'),
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  return picked?.map(({ name }) => name);
}

async function askNumber(all: number): Promise<number | undefined> {
  if (all === 1) return 1;
  const given = await window.showInputBox({
    title: l10n.t('Evaluate Methods (2 of 4): edits'),
    prompt: l10n.t('How many of the {0} edits to use, starting with the first', all),
    value: String(all),
    ignoreFocusOut: true,
    validateInput: (text) => {
      const number = Number(text);
      const fits = /^\s*\d+\s*$/.test(text) && number >= 1 && number <= all;
      return fits ? undefined : l10n.t('A whole number from 1 to {0}', all);
    },
  });
  return given === undefined ? undefined : Number(given);
}

type Option = 'together' | 'drift' | 'fluency' | 'paper';

async function askOptions(): Promise<Pick<Asked, 'together' | 'drift' | 'fluency' | 'preset'> | undefined> {
  const items: (QuickPickItem & { readonly option: Option })[] = [
    {
      label: l10n.t('Drift on control text'),
      detail: l10n.t('How much each patch changes the model on unrelated text; takes longer than the probes'),
      picked: true,
      option: 'drift',
    },
    {
      label: l10n.t('Fluency'),
      detail: l10n.t('Generate 100 tokens per edit and measure their entropy'),
      option: 'fluency',
    },
    {
      label: l10n.t('All edits of a method in one patch'),
      detail: l10n.t('Otherwise each edit is computed, applied, measured and reverted on its own'),
      option: 'together',
    },
    {
      label: l10n.t('Published hyperparameters'),
      detail: l10n.t('Otherwise the defaults and those of the edits file'),
      option: 'paper',
    },
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Evaluate Methods (3 of 4): options'),
    placeHolder: l10n.t('Choose what to measure, and how'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  const has = (wished: Option) => picked.some(({ option }) => option === wished);
  return {
    together: has('together'),
    drift: has('drift'),
    fluency: has('fluency'),
    ...(has('paper') && { preset: 'paper' as const }),
  };
}

/** The folder of the results: one that was interrupted can be gone on with, else a name that is free. */
async function askFolder(dataset: Uri): Promise<string | undefined> {
  const stem = dataset.fsPath.replace(/(\.edits)?\.json$/, '');
  const { journalIn } = await import('../../engine/evaluation/writeEvaluation.ts');
  const begun: string[] = [];
  let free = '';
  for (let number = 1; free === ''; number++) {
    const folder = `${stem}.evaluation${number === 1 ? '' : `-${number}`}`;
    if (await isThere(Uri.file(journalIn(folder)))) begun.push(folder);
    else if (!(await isThere(Uri.file(folder)))) free = folder;
  }
  const items = [
    {
      label: `$(new-folder) ${l10n.t('New folder {0}', path.basename(free))}`,
      description: path.dirname(free),
      folder: free,
    },
    ...begun.toReversed().map((folder) => ({
      label: `$(debug-continue) ${l10n.t('Continue in {0}', path.basename(folder))}`,
      description: path.dirname(folder),
      detail: l10n.t('Existing measurements are reused if the edits, model and options are the same'),
      folder,
    })),
  ];
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Evaluate Methods (4 of 4): folder'),
    placeHolder: l10n.t('The folder for the journal, tables and plots'),
    ignoreFocusOut: true,
  });
  return picked?.folder;
}
