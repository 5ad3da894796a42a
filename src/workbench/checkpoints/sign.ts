import path from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import type { Signed } from '../../protocol/provenance.ts';
import { message } from '../../text/labels.ts';
import type { EngineService } from '../engine/engineService.ts';
import { modelStem } from '../models/modelStem.ts';
import type { Models } from '../models/models.ts';
import { askLinks, askMade, askOpen, keyFiles } from './askFiles.ts';

/** Signs a checkpoint with a key of the user's; what was edited can be declared, which is checked before. */
export async function sign(engine: EngineService, models: Models, file: string): Promise<void> {
  const links = await askLinks(file);
  if (links === undefined) return;
  const key = await askOpen(
    l10n.t('The Private Key (PEM, P-256, P-384 or P-521)'),
    keyFiles(),
    Uri.file(file),
  );
  if (key === undefined) return;
  const passphrase = await askPassphrase(key);
  if (passphrase === undefined) return;
  const edits = await askMade(models, file, {
    question: l10n.t('Choose what the signature declares about edits'),
    no: l10n.t('Declare no edits'),
    yes: l10n.t('Declare the edits that it holds...'),
    detail: l10n.t('It is first rebuilt from its base and patches and must be identical byte for byte'),
  });
  if (edits === undefined) return;
  const target = await window.showSaveDialog({
    title: l10n.t('Write the Signature'),
    defaultUri: Uri.file(`${modelStem(file)}.sig`),
    filters: { [l10n.t('Signatures')]: ['sig'] },
    saveLabel: l10n.t('Sign'),
  });
  if (target === undefined) return;
  const params = { path: file, key, out: target.fsPath, ...passphrase, ...(edits && { edits }), ...links };
  const signed = await engine.run(l10n.t('Signing {0}', path.basename(file)), (client, work) =>
    client.sign(params, work),
  );
  await tell(signed, file);
}

/** Asked only for a key that is locked; it is kept nowhere. @returns undefined where one gives up */
async function askPassphrase(key: string): Promise<{ passphrase?: string } | undefined> {
  const { readText } = await import('../../engine/json/readText.ts');
  if (!/ENCRYPTED/.test(await readText(key, 1 << 20))) return {};
  const passphrase = await window.showInputBox({
    title: l10n.t('Passphrase of {0}', path.basename(key)),
    prompt: l10n.t('It is used once and not stored.'),
    password: true,
    ignoreFocusOut: true,
  });
  return passphrase === undefined ? undefined : { passphrase };
}

async function tell({ out, statement }: Signed, file: string): Promise<void> {
  const edits = statement?.patches.flatMap((patch) => patch.edits).length ?? 0;
  const said =
    statement === null
      ? l10n.t('Signed: {0}. It declares no edits.', path.basename(out))
      : l10n.t('Signed: {0}. Declared edits: {1}.', path.basename(out), edits);
  const [show, verify] = [l10n.t('Show the Signature'), l10n.t('Verify...')];
  const answer = await window.showInformationMessage(message(said), show, verify);
  if (answer === show) await commands.executeCommand('vscode.open', Uri.file(out));
  if (answer === verify) await commands.executeCommand('palimpsest.checkpoints.verify', Uri.file(file));
}
