import { l10n, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { parseReference } from '../../engine/remote/reference.ts';
import { label } from '../../text/labels.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { ReferenceSide, Side } from './side.ts';

/** A file of a repository on the hub, which has revisions. */
export function isOnHub(side: Side): side is ReferenceSide {
  if (side.kind !== 'reference') return false;
  const reference = parseReference(side.name);
  return reference.kind === 'hub' && reference.path !== '';
}

/** Lets a person choose one of the revisions of a file on the hub; its host was agreed to with the file. */
export async function askHubRevision(
  engine: EngineService,
  { name }: ReferenceSide,
): Promise<ReferenceSide | undefined> {
  const { revisions } = await engine.run(l10n.t('Listing the revisions of {0}', name), (client, work) =>
    client.fileHistory({ model: name }, work),
  );
  if (revisions.length === 0) throw new InputError(l10n.t('The hub has no revision of {0}.', name));
  const items = revisions.map(({ commit, title, date, reference }) => ({
    label: label(title),
    description: commit.slice(0, 8),
    detail: new Date(date).toLocaleString(),
    reference,
  }));
  const placeHolder = l10n.t('The revision of {0} to compare with', name);
  const picked = await window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return picked && { kind: 'reference', name: picked.reference };
}
