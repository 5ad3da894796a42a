import path from 'node:path';
import { l10n, type QuickPickItem, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { label } from '../../text/labels.ts';
import { type Revision, revisionBefore, revisionsOf } from './git/revisions.ts';
import { fileSide, type RevisionSide, type Side, sideName } from './side.ts';

/** What is reviewed, and what it is held against. */
export interface Sides {
  readonly candidate: Side;
  readonly base: Side;
}

type Item = QuickPickItem & { readonly choose: () => Promise<Sides | undefined> | Sides };

/** Lets a person choose one of the revisions of a file to hold it against. */
export async function askRevision(file: string): Promise<Side | undefined> {
  const placeHolder = l10n.t('The revision of {0} to compare the file with', path.basename(file));
  const picked = await pickRevision(await known(file), placeHolder, []);
  return typeof picked === 'object' ? picked : undefined;
}

/**
 * Lets a person choose a revision of a file, and whether it is held against the file as it is now or against another
 * revision: what changed since, or what the revision changed.
 */
export async function askSides(file: string): Promise<Sides | 'bisect' | undefined> {
  const name = path.basename(file);
  const revisions = await known(file);
  // only GGUF files are run, and so asked
  const where = file.endsWith('.gguf') ? [whereItCameIn()] : [];
  const chosen = await pickRevision(revisions, l10n.t('A revision of {0}', name), where);
  if (chosen === undefined || chosen === 'bisect') return chosen;
  const others = revisions.filter(({ side }) => side.commit !== chosen.commit);
  const since = { candidate: fileSide(file), base: chosen };
  if (others.length === 0) return since;
  const before = (await revisionBefore(chosen))?.side;
  const items: Item[] = [
    {
      label: l10n.t('What Changed Since'),
      detail: l10n.t('{0} as it is now against this revision', name),
      choose: () => since,
    },
    ...(before === undefined
      ? []
      : [
          {
            label: l10n.t('What This Revision Changed'),
            detail: l10n.t('This revision against the one before it, {0}', titled(before)),
            choose: () => ({ candidate: chosen, base: before }),
          },
        ]),
    {
      label: l10n.t('Against Another Revision…'),
      detail: l10n.t('This revision against one that you choose next'),
      choose: async () => {
        const placeHolder = l10n.t('The revision to compare {0} with', sideName(chosen).name);
        const base = await pickRevision(others, placeHolder, []);
        return typeof base === 'object' ? { candidate: chosen, base } : undefined;
      },
    },
  ];
  const placeHolder = l10n.t('Choose what to review about {0}', titled(chosen));
  return await (await window.showQuickPick(items, { placeHolder }))?.choose();
}

async function known(file: string): Promise<Revision[]> {
  const revisions = await revisionsOf(file);
  if (revisions.length === 0) throw new InputError(l10n.t('Git has no revision of {0}.', file));
  return revisions;
}

type RevisionItem = QuickPickItem & { readonly side: RevisionSide | 'bisect' };

const whereItCameIn = (): RevisionItem => ({
  label: l10n.t('$(search) Where Did an Answer Come In?…'),
  detail: l10n.t('The revisions are asked by binary search, and the step in which it changed is reviewed'),
  side: 'bisect',
});

async function pickRevision(
  revisions: readonly Revision[],
  placeHolder: string,
  first: readonly RevisionItem[],
): Promise<RevisionItem['side'] | undefined> {
  const items: RevisionItem[] = [
    ...first,
    ...revisions.map(({ side, refs, author, date }) => ({
      label: label(side.subject),
      description: [side.commit.slice(0, 8), refs].filter((part) => part !== '').join(' · '),
      detail: `${author}, ${date.toLocaleString()}`,
      side,
    })),
  ];
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.side;
}

const titled = ({ commit, subject }: RevisionSide): string => `${commit.slice(0, 8)} (${subject})`;
