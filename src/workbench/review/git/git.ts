import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { l10n, workspace } from 'vscode';
import { CancelledError, InputError } from '../../../engine/errors.ts';

/** More than a list of revisions or a pointer needs; a hostile repository must not fill the memory. */
const mostBytes = 8 << 20;

/**
 * Starts git in a folder. Its program is that of the setting `git.path`, else the first on the path.
 *
 * @throws InputError where the workspace is not trusted: a repository's own settings name programs that git runs
 */
export function startGit(folder: string, args: readonly string[], signal?: AbortSignal) {
  if (!workspace.isTrusted) {
    throw new InputError(
      l10n.t('This workspace is not trusted, so Git is not asked; trust it, and try again.'),
    );
  }
  const own = workspace.getConfiguration('git').get<unknown>('path');
  const program = typeof own === 'string' && own !== '' ? own : 'git';
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return spawn(program, ['--no-pager', '-C', folder, ...args], { stdio, ...(signal && { signal }) });
}

/**
 * What git writes when it is asked something.
 *
 * @throws InputError with git's own first line where it fails, and where there is no git
 */
export async function askGit(folder: string, args: readonly string[], signal?: AbortSignal): Promise<Buffer> {
  const git = startGit(folder, args, signal);
  let bytes = 0;
  git.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > mostBytes) git.kill();
  });
  const [answer, complaint] = await Promise.all([buffer(git.stdout), buffer(git.stderr), ended(git)]);
  if (git.exitCode === 0 && bytes <= mostBytes) return answer;
  if (signal?.aborted) throw new CancelledError();
  throw new InputError(l10n.t('Git does not answer: {0}', firstLine(complaint) || args.join(' ')));
}

/** Settles when the process has ended. @throws InputError where it could not be started */
export async function ended(git: ReturnType<typeof startGit>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    git.once('close', () => resolve());
    git.once('error', (error) => {
      if (error.name === 'AbortError') return;
      reject(new InputError(l10n.t('Git cannot be started: {0}', error.message), { cause: error }));
    });
  });
}

export function firstLine(text: Buffer): string {
  return text.toString('utf8').trim().split('\n')[0] ?? '';
}
