import path from 'node:path';
import { l10n, type QuickPickItem, QuickPickItemKind, type Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Models } from '../models/models.ts';
import { revisionsOf } from './git/revisions.ts';
import type { Side } from './side.ts';

type Item = QuickPickItem & { readonly choose?: () => Promise<Side | undefined> };

/** Lets a person choose what a candidate is held against. @returns undefined when they choose nothing */
export async function askBase(models: Models, candidate: string): Promise<Side | undefined> {
  const others = (await models.list()).filter((entry) => entry.path !== candidate);
  const base = models.base?.path;
  const items: Item[] = [
    ...others
      .sort((a, b) => Number(b.path === base) - Number(a.path === base))
      .map(({ name, path: file }) => ({
        label: name,
        description: file === base ? l10n.t('base') : path.dirname(file),
        choose: async () => ({ kind: 'file' as const, path: file }),
      })),
    { label: '', kind: QuickPickItemKind.Separator },
    {
      label: l10n.t('A Git Revision of {0}…', path.basename(candidate)),
      choose: () => askRevision(candidate),
    },
    { label: l10n.t('Another File…'), choose: askFile },
  ];
  const placeHolder = l10n.t(
    'What {0} is held against: the checkpoint that it was made from',
    path.basename(candidate),
  );
  return await (await window.showQuickPick(items, { placeHolder }))?.choose?.();
}

/** Lets a person choose one of the revisions of a file. */
export async function askRevision(file: string): Promise<Side | undefined> {
  const revisions = await revisionsOf(file);
  if (revisions.length === 0) throw new InputError(l10n.t('Git has no revision of {0}.', file));
  const items = revisions.map(({ side, refs, author, date }) => ({
    label: side.subject,
    description: [side.commit.slice(0, 8), refs].filter((part) => part !== '').join(' · '),
    detail: `${author}, ${date.toLocaleString()}`,
    side,
  }));
  const placeHolder = l10n.t('The revision of {0} that the file is held against', path.basename(file));
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.side;
}

/** Which of two files the other was made from. */
export async function askWhichIsBase(one: string, other: string): Promise<string | undefined> {
  const items = [one, other].map((file) => ({
    label: path.basename(file),
    description: path.dirname(file),
    file,
  }));
  const placeHolder = l10n.t('Which of the two is the base, from which the other was made?');
  return (await window.showQuickPick(items, { placeHolder }))?.file;
}

async function askFile(): Promise<Side | undefined> {
  const filters = { [l10n.t('GGUF models')]: ['gguf'] };
  const [file]: Uri[] = (await window.showOpenDialog({ filters, openLabel: l10n.t('Review Against') })) ?? [];
  return file === undefined ? undefined : { kind: 'file', path: file.fsPath };
}
