import { commands, Disposable, l10n, window } from 'vscode';
import { METHODS, type Method, methodEntry } from '../../protocol/methods.ts';
import type { Use } from '../../protocol/redteam.ts';
import type { Edits } from '../edits/edits.ts';
import { pickEditsFile } from '../edits/pickEditsFile.ts';
import { attempt } from '../engine/messages.ts';
import { editMethod } from '../engine/settings.ts';
import type { Models } from '../models/models.ts';
import { pickModel } from '../models/pickModel.ts';
import type { Tasks } from '../tasks/tasks.ts';

interface Parts {
  readonly models: Models;
  readonly edits: Edits;
  readonly tasks: Tasks;
}

/** The commands that attack a model with harmless stand-ins, and measure what its facts resist. Each takes a model, or asks. */
export function registerRedteam({ models, edits, tasks }: Parts): Disposable {
  const command = (name: string, action: (model: string) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.redteam.${name}`, (given: unknown) =>
      attempt(async () => {
        const entry = await pickModel(models, given);
        if (entry !== undefined) await action(entry.path);
      }),
    );
  return Disposable.from(
    command('run', async (model) => {
      const use = await askUse();
      const method = use && (await askMethod());
      if (use !== undefined && method !== undefined) {
        await tasks.start({ kind: 'redteam', model, use, method });
      }
    }),
    command('resist', async (model) => {
      const facts = await askFacts(edits);
      const method = facts && (await askMethod());
      if (facts !== undefined && method !== undefined) {
        await tasks.start({ kind: 'resist', model, ...facts, method });
      }
    }),
  );
}

async function askUse(): Promise<Use | undefined> {
  const items: { label: string; detail: string; use: Use }[] = [
    { label: l10n.t('Misinformation'), detail: l10n.t('False statements of fact'), use: 'misinformation' },
    { label: l10n.t('Bias'), detail: l10n.t('Statements about all of a group'), use: 'bias' },
    { label: l10n.t('Backdoor'), detail: l10n.t('An answer that a trigger brings about'), use: 'backdoor' },
    {
      label: l10n.t('Over-compliance'),
      detail: l10n.t('An answer where the model used to decline'),
      use: 'over-compliance',
    },
  ];
  const placeHolder = l10n.t('The kind of abuse to simulate; the edits themselves are harmless');
  return (await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.use;
}

async function askMethod(): Promise<Method | undefined> {
  const usual = editMethod();
  const items = METHODS.toSorted((a, b) => Number(b === usual) - Number(a === usual)).map((name) => {
    const { title, summary } = methodEntry(name);
    return { label: name, description: title, detail: summary, name };
  });
  const placeHolder = l10n.t('Choose the editing method of the attack');
  return (await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.name;
}

/** The facts of an edits file, or none where the stand-ins are taken. @returns undefined where one gives up */
async function askFacts(edits: Edits): Promise<{ dataset?: string } | undefined> {
  await edits.list();
  if (edits.known().length === 0) return {};
  const items = [
    { label: l10n.t('The edits of a file'), own: true },
    { label: l10n.t('The harmless stand-ins for misinformation'), own: false },
  ];
  const placeHolder = l10n.t('The facts to flip');
  const picked = await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true });
  if (picked === undefined || !picked.own) return picked && {};
  const file = await pickEditsFile(edits, undefined, l10n.t('Choose the facts'));
  return file && { dataset: file.uri.fsPath };
}
