import path from 'node:path';
import { l10n, Uri, window } from 'vscode';
import { label } from '../../text/labels.ts';
import { trustedFiles } from '../engine/settings.ts';
import type { Models } from '../models/models.ts';
import { signatureBeside } from '../review/signatureBeside.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { askLinks, askMade, askOpen, keyFiles } from './askFiles.ts';

/** Checks a checkpoint against its signature, and where it is wished that only the declared edits happened. */
export async function verify(tasks: Tasks, models: Models, file: string): Promise<void> {
  const links = await askLinks(file);
  if (links === undefined) return;
  const beside = await signatureBeside(file);
  const signature =
    beside ??
    (await askOpen(l10n.t('The Signature'), { [l10n.t('Signatures')]: ['sig', 'json'] }, Uri.file(file)));
  if (signature === undefined) return;
  const key = await askTrusted(signature);
  if (key === undefined) return;
  const made = await askMade(models, file, {
    question: l10n.t('Choose what to verify'),
    no: l10n.t('Verify the signature'),
    yes: l10n.t('Also rebuild it from its base and patches...'),
    detail: l10n.t('Accounts for every byte, so that nothing but the declared edits was changed'),
  });
  if (made === undefined) return;
  await tasks.start({ kind: 'verify', path: file, signature, key, ...made, ...links });
}

/** By whom it is to be signed: one of those whom the settings trust, or another. @returns undefined where one gives up */
async function askTrusted(signature: string): Promise<string | undefined> {
  const title = l10n.t('The Public Key or Root Certificate (PEM)');
  const other = () => askOpen(title, keyFiles(), Uri.file(signature));
  const trusted = trustedFiles();
  if (trusted.length === 0) return await other();
  const items = [
    ...trusted.map((file) => ({
      label: label(path.basename(file)),
      description: path.dirname(file),
      choose: async () => file,
    })),
    { label: l10n.t('Another File…'), description: '', choose: other },
  ];
  const placeHolder = l10n.t('Choose the trusted key or root certificate');
  return await (await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.choose();
}
