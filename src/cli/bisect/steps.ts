import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { fetchRevisionFromOrigin } from '../../engine/git/fetchRevision.ts';
import { fileRevisions, placeInRepository } from '../../engine/git/fileRevisions.ts';
import { isReference } from '../../engine/remote/reference.ts';
import type { Work } from '../../engine/work/progress.ts';
import type { EngineResults } from '../../protocol/engine.ts';
import { bytes, plural } from '../../text/numbers.ts';

/** One state of a model. */
export interface Step {
  /** As people call it: a file, or a commit with its subject. */
  readonly name: string;
  /** The file that it can be read from, fetched when it is needed. */
  readonly file: () => Promise<string>;
}

/** Where the revisions of a model on the hub come from, and how many bytes of them may be downloaded. */
export interface Far {
  readonly history: (model: string) => Promise<EngineResults['fileHistory']>;
  readonly download: number;
}

/** Several files in their order, or the revisions of one, in Git or on the hub, the oldest first. */
export async function stepsOf(
  models: readonly string[],
  scratch: string,
  far: Far,
  work: Work,
): Promise<Step[]> {
  const [model, second] = models;
  if (model === undefined)
    throw new InputError('Name a model in a repository, or several files, the oldest first.');
  if (second !== undefined) return models.map((name) => ({ name, file: async () => name }));
  if (isReference(model)) return await stepsOnHub(model, far);
  const { root, below } = await placeInRepository(model);
  const revisions = await fileRevisions({ folder: root }, below, ['HEAD']);
  return revisions.reverse().map(({ commit, subject }) => {
    const name = `${commit.slice(0, 8)} ${subject}`;
    const out = path.join(scratch, `${commit}-${path.posix.basename(below)}`);
    const revision = { commit, path: below };
    let fetched: Promise<string> | undefined;
    const file = () => {
      fetched ??= fetchRevisionFromOrigin({ folder: root }, revision, out, work);
      return fetched;
    };
    return { name, file };
  });
}

/** @throws InputError where asking as many as it may take would download more than is allowed */
async function stepsOnHub(model: string, { history, download }: Far): Promise<Step[]> {
  const { revisions } = await history(model);
  const largest = Math.max(0, ...revisions.map(({ bytes: size }) => size));
  const asked = Math.min(revisions.length, 2 + Math.ceil(Math.log2(Math.max(1, revisions.length - 1))));
  if (asked * largest > download) {
    throw new InputError(
      `Of ${plural(revisions.length, 'revision')} of ${model} up to ${asked} may have to be asked, which downloads up to ${bytes(asked * largest)}; allow that with --download, in GB.`,
    );
  }
  return revisions.reverse().map(({ commit, title, reference }) => ({
    name: `${commit.slice(0, 8)} ${title}`,
    file: async () => reference,
  }));
}

/** What a step answered. */
export interface Answered {
  readonly step: Step;
  readonly text: string;
  readonly flipped: boolean;
}

/**
 * Finds two steps next to each other, of which the first has not flipped and the second has, by asking as few as it takes.
 *
 * @throws InputError where the first has flipped already, or the last has not
 */
export async function findFlip(
  steps: readonly Step[],
  ask: (step: Step) => Promise<Answered>,
): Promise<{ readonly before: Answered; readonly after: Answered; readonly asked: readonly Answered[] }> {
  const [oldest] = steps;
  const newest = steps.at(-1);
  if (oldest === undefined || newest === undefined || oldest === newest) {
    throw new InputError('There is one revision alone, so nothing can have come in.');
  }
  let after = await ask(newest);
  if (!after.flipped)
    throw new InputError(
      `${newest.name} answers ${JSON.stringify(after.text)}, so nothing flipped up to it.`,
    );
  let before = await ask(oldest);
  if (before.flipped)
    throw new InputError(`${oldest.name}, the oldest, answers ${JSON.stringify(before.text)} already.`);
  const asked = [before, after];
  let [low, high] = [0, steps.length - 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const answered = await ask(steps[middle] as Step);
    asked.push(answered);
    if (answered.flipped) [high, after] = [middle, answered];
    else [low, before] = [middle, answered];
  }
  return { before, after, asked };
}
