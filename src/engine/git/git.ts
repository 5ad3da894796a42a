import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { CancelledError, InputError } from '../errors.ts';

/** A repository's files, and the program that is asked about them. */
export interface Repository {
  readonly folder: string;
  /** `git` on the path unless given. */
  readonly program?: string | undefined;
}

/** More than a list of files or a pointer needs; a hostile repository must not fill the memory. */
const maxBytes = 8 << 20;

/** Starts git in a repository, whose own settings name programs that git runs: it must be a trusted one. */
export function startGit(
  { folder, program = 'git' }: Repository,
  args: readonly string[],
  signal?: AbortSignal,
) {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  return spawn(program, ['--no-pager', '-C', folder, ...args], { stdio, ...(signal && { signal }) });
}

/**
 * What git writes when it is asked something.
 *
 * @throws InputError with git's own first line where it fails, and where there is no git
 */
export async function askGit(
  repository: Repository,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Buffer> {
  const git = startGit(repository, args, signal);
  let bytes = 0;
  git.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > maxBytes) git.kill();
  });
  const [answer, complaint] = await Promise.all([buffer(git.stdout), buffer(git.stderr), ended(git)]);
  if (git.exitCode === 0 && bytes <= maxBytes) return answer;
  if (signal?.aborted) throw new CancelledError();
  throw new InputError(`Git does not answer: ${firstLine(complaint) || args.join(' ')}`);
}

/** Settles when the process has ended. @throws InputError where it could not be started */
export async function ended(git: ReturnType<typeof startGit>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    git.once('close', () => resolve());
    git.once('error', (error) => {
      if (error.name === 'AbortError') return;
      reject(new InputError(`Git cannot be started: ${error.message}`, { cause: error }));
    });
  });
}

export function firstLine(text: Buffer): string {
  return text.toString('utf8').trim().split('\n')[0] ?? '';
}
