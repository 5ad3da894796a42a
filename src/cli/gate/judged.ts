import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { splitName } from '../../engine/gguf/split.ts';
import type { Repository } from '../../engine/git/git.ts';
import type { EngineCrash } from '../../engine/process/crash.ts';
import { reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import type { Policy } from '../../protocol/review.ts';
import type { Cli } from '../cli.ts';
import type { ChangedModel } from './changedModels.ts';
import type { Outcome } from './outcome.ts';
import { writeBase } from './writeBase.ts';

/** What all models of a gate are held against. */
export interface Against {
  /** The commit that is merged into. */
  readonly commit: string;
  readonly policy: Policy;
  /** One model for all candidates, in the place of their own earlier selves. */
  readonly base: string | undefined;
  readonly trace: boolean;
  /** Is a modification record wished? */
  readonly records: boolean;
  /** Bytes that may be downloaded for each model. */
  readonly download: number | undefined;
}

/**
 * Reviews one model. What is wrong with it is its outcome, so that the others get theirs.
 *
 * @param folder where the base's files are laid, if they are
 */
export async function judged(
  cli: Cli,
  repository: Repository,
  model: ChangedModel,
  { commit, policy, base, trace, download, records }: Against,
  folder: string,
): Promise<{ readonly outcome: Outcome; readonly crash?: EngineCrash | undefined }> {
  const name = model.path;
  const refused = (why: string) => ({ outcome: { model: name, kind: 'refused', why } as const });
  if (model.removed) return { outcome: { model: name, kind: 'removed' } };
  if (base === undefined && model.before.length === 0) {
    return refused(
      'It is new, so there is nothing to compare it with; name the model that it was made from with --base.',
    );
  }
  try {
    const against = base ?? (await writeBase(repository, commit, model, folder, { signal: cli.signal }));
    const candidate = path.join(repository.folder, name);
    const params = {
      base: against,
      candidate,
      policy,
      trace,
      download,
      signature: signatureOf(candidate, policy),
    };
    const { found, crash } = await reviewUntilCrash((onEvent) => cli.listen('review', params, onEvent));
    const reviewed = {
      ...found,
      base: { ...found.base, path: base ?? `${name} @ ${commit.slice(0, 8)}` },
      candidate: { ...found.candidate, path: path.relative(process.cwd(), candidate) },
    };
    const record =
      records && crash === undefined
        ? (await cli.listen('record', { candidate, base: against, reviewed: found, download }, () => {})).bom
        : undefined;
    return { outcome: { model: name, kind: 'reviewed', reviewed, record }, crash };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refused(error.message);
  }
}

/** `NAME.sig` beside a model, where the policy has keys that may sign. */
function signatureOf(candidate: string, { trustedKeys = [] }: Policy): string | undefined {
  const names = [splitName(candidate)?.prefix, candidate.replace(/\.gguf$/, '')];
  const found = names.find((name) => name !== undefined && existsSync(`${name}.sig`));
  return trustedKeys.length === 0 || found === undefined ? undefined : `${found}.sig`;
}
