import path from 'node:path';
import { l10n, type QuickPickItem, QuickPickItemKind, type Uri, window } from 'vscode';
import { namesAsBase } from '../../engine/gguf/lineage.ts';
import { label } from '../../text/labels.ts';
import type { Models } from '../models/models.ts';
import { askReference } from './askReference.ts';
import { askRevision } from './askRevision.ts';
import { fileSide, type Side } from './side.ts';

type Item = QuickPickItem & { readonly choose?: () => Promise<Side | undefined> };

/** Lets a person choose what a candidate is held against. @returns undefined when they choose nothing */
export async function askBase(models: Models, candidate: string): Promise<Side | undefined> {
  const others = (await models.list()).filter((entry) => entry.path !== candidate);
  const origin = models.get(candidate)?.info?.lineage;
  const base = models.base?.path;
  const rated = others.map((entry) => {
    const { info } = entry;
    const named = origin !== undefined && info !== undefined && namesAsBase(origin, info.lineage);
    return { ...entry, named, rank: Number(named) * 2 + Number(entry.path === base) };
  });
  const items: Item[] = [
    ...rated
      .sort((a, b) => b.rank - a.rank)
      .map(({ name, path: file, named }) => ({
        label: label(name),
        description: named
          ? l10n.t('named as its base by {0}', path.basename(candidate))
          : file === base
            ? l10n.t('base')
            : path.dirname(file),
        choose: async () => fileSide(file),
      })),
    { label: '', kind: QuickPickItemKind.Separator },
    {
      label: l10n.t('A Git Revision of {0}…', path.basename(candidate)),
      choose: () => askRevision(candidate),
    },
    { label: l10n.t('Another File…'), choose: askFile },
    { label: l10n.t('A Model on the Hugging Face Hub or the Web…'), choose: askReference },
  ];
  const placeHolder = l10n.t(
    'What {0} is compared with: the checkpoint that it was made from',
    path.basename(candidate),
  );
  return await (await window.showQuickPick(items, { placeHolder }))?.choose?.();
}

/** Which of two files the other was made from. */
export async function askWhichIsBase(one: string, other: string): Promise<string | undefined> {
  const items = [one, other].map((file) => ({
    label: label(path.basename(file)),
    description: path.dirname(file),
    file,
  }));
  const placeHolder = l10n.t('Which of the two is the base, from which the other was made?');
  return (await window.showQuickPick(items, { placeHolder }))?.file;
}

async function askFile(): Promise<Side | undefined> {
  const filters = { [l10n.t('GGUF models')]: ['gguf'] };
  const [file]: Uri[] = (await window.showOpenDialog({ filters, openLabel: l10n.t('Review Against') })) ?? [];
  return file === undefined ? undefined : fileSide(file.fsPath);
}
