import { l10n, workspace } from 'vscode';
import { InputError } from '../../../engine/errors.ts';
import type { Repository } from '../../../engine/git/git.ts';

/**
 * The repository of a folder. Git's program is that of the setting `git.path`, else the first on the path.
 *
 * @throws InputError where the workspace is not trusted: a repository's own settings name programs that git runs
 */
export function trusted(folder: string): Repository {
  if (!workspace.isTrusted) {
    throw new InputError(
      l10n.t('This workspace is not trusted, so Git is not asked; trust it, and try again.'),
    );
  }
  const own = workspace.getConfiguration('git').get<unknown>('path');
  return { folder, program: typeof own === 'string' && own !== '' ? own : undefined };
}
