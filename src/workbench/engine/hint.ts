import { l10n, workspace } from 'vscode';
import { InputError } from '../../engine/errors.ts';

/** A command, as a message offers it. */
export interface Remedy {
  readonly title: string;
  readonly command: string;
}

/** Nothing went wrong: something else has to be done first, and this is what does it. */
export class Hint extends InputError {
  override readonly name = 'InputError';
  readonly remedy: Remedy;

  constructor(sentence: string, remedy: Remedy) {
    super(sentence);
    this.remedy = remedy;
  }
}

/** Lets nothing be loaded or written in Restricted Mode. @throws Hint with the way out of it */
export function demandTrust(): void {
  if (workspace.isTrusted) return;
  throw new Hint(l10n.t('This folder is not trusted, so no model is loaded and no edit is computed in it.'), {
    title: l10n.t('Manage Workspace Trust'),
    command: 'workbench.trust.manage',
  });
}
