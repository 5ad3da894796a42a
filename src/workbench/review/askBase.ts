import path from 'node:path';
import { l10n, window } from 'vscode';
import { namesAsBase } from '../../engine/gguf/lineage.ts';
import { label } from '../../text/labels.ts';
import type { EngineService } from '../engine/engineService.ts';
import {
  type CheckpointItem,
  type Choices,
  elsewhere,
  knownCheckpoints,
  separator,
} from './askCheckpoint.ts';
import { askHubRevision, isOnHub } from './askHubRevision.ts';
import { askRevision } from './askRevision.ts';
import { fileSide, type Side, sideName } from './side.ts';

/** Lets a person choose what a candidate is held against. @returns undefined when they choose nothing */
export async function askBase(
  choices: Choices,
  engine: EngineService,
  candidate: Side,
): Promise<Side | undefined> {
  const { name: candidateName } = sideName(candidate);
  const own = candidate.kind === 'file' ? candidate.path : undefined;
  const { models } = choices;
  const others = (await knownCheckpoints(choices)).filter((entry) => entry.path !== own);
  const origin = own === undefined ? undefined : models.get(own)?.info?.lineage;
  const base = models.base?.path;
  const rated = others.map((entry) => {
    const info = models.get(entry.path)?.info;
    const named = origin !== undefined && info !== undefined && namesAsBase(origin, info.lineage);
    return { ...entry, named, rank: Number(named) * 2 + Number(entry.path === base) };
  });
  const items: CheckpointItem[] = [
    ...rated
      .sort((a, b) => b.rank - a.rank)
      .map(({ name, path: file, named }) => ({
        label: label(name),
        description: named
          ? l10n.t('named as its base by {0}', candidateName)
          : file === base
            ? l10n.t('base')
            : path.dirname(file),
        choose: async () => fileSide(file),
      })),
    separator,
    ...(own === undefined
      ? []
      : [
          {
            label: l10n.t('A Git Revision of {0}…', candidateName),
            choose: () => askRevision(own),
          },
        ]),
    ...(isOnHub(candidate)
      ? [
          {
            label: l10n.t('Another Revision of {0} on the Hub…', candidateName),
            choose: () => askHubRevision(engine, candidate),
          },
        ]
      : []),
    ...elsewhere(),
  ];
  const placeHolder = l10n.t(
    'What {0} is compared with: the checkpoint that it was made from',
    candidateName,
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
