import { l10n, window, workspace } from 'vscode';
import { HumanError, InputError } from '../../engine/errors.ts';
import { isReference, parseReference, type Reference } from '../../engine/remote/reference.ts';
import { endpoint } from '../../engine/remote/settings.ts';
import type { ReferenceSide } from './side.ts';

/**
 * Asks for a model that lies elsewhere, and whether its host may be asked: nothing is fetched before that is confirmed.
 *
 * @returns undefined where it is not
 * @throws InputError where the workspace is not trusted
 */
export async function askReference(): Promise<ReferenceSide | undefined> {
  if (!workspace.isTrusted) {
    throw new InputError(
      l10n.t('This workspace is not trusted, so nothing is downloaded; trust it, and try again.'),
    );
  }
  const typed = await window.showInputBox({
    title: l10n.t('Model on the Hugging Face Hub or the Web'),
    prompt: l10n.t('Add #REVISION for a branch, tag, commit or refs/pr/3; or enter an https:// address'),
    placeHolder: 'hf:organization/name/model.gguf',
    ignoreFocusOut: true,
    validateInput: (text) => wrongWith(text.trim()),
  });
  const name = typed?.trim();
  if (name === undefined || name === '') return undefined;
  const ask = l10n.t('Download');
  const chosen = await window.showInformationMessage(
    l10n.t('Download what the review reads of this model?'),
    {
      modal: true,
      detail: l10n.t(
        '{0}\n\n{1} is asked for it, with your Hugging Face token if it is the hub. Only what is looked at is downloaded, and the whole file if the model is run, up to 4 GB in all.',
        name,
        hostOf(parseReference(name)),
      ),
    },
    ask,
  );
  return chosen === ask ? { kind: 'reference', name } : undefined;
}

function wrongWith(text: string): string | undefined {
  if (text === '') return undefined;
  if (!isReference(text)) return l10n.t('Begin with hf: or https://.');
  try {
    parseReference(text);
    return undefined;
  } catch (error) {
    if (error instanceof HumanError) return error.message;
    throw error;
  }
}

const hostOf = (reference: Reference): string =>
  (reference.kind === 'hub' ? new URL(endpoint()) : reference.url).host;
