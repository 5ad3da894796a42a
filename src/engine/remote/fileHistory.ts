import { InputError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { usualPatience } from './attempts.ts';
import { Http } from './http.ts';
import { Hub, type HubCommit } from './hub.ts';
import { partsAmong } from './listing.ts';
import { type HubReference, parseReference } from './reference.ts';
import { expectOnline } from './settings.ts';

/** A commit of a repository on the hub in which a model was changed. */
export interface FileRevision extends HubCommit {
  /** What the model is called as that commit has it. */
  readonly reference: string;
  /** Of the model, with all its parts. */
  readonly bytes: number;
}

/** More than a person wants to search. */
const maxCommits = 10_000;
const maxChanges = 1000;

/**
 * The commits that changed a model on the hub, the latest first; of commits that leave its bytes as they were nothing is
 * said. Lists alone are fetched, one for each change.
 *
 * @throws InputError where the reference is to no file on the hub
 */
export async function fileHistory(name: string, { signal }: Work = {}): Promise<FileRevision[]> {
  expectOnline(name);
  const reference = parseReference(name);
  if (reference.kind !== 'hub' || reference.path === '') {
    throw new InputError(
      `${name} has no revisions; name a file on the Hugging Face hub, hf:ORGANIZATION/NAME/FILE.gguf.`,
    );
  }
  await using http = new Http();
  const hub = new Hub(http, usualPatience, signal);
  const commits = await hub.commits(reference, maxCommits);
  const places = new Map(commits.map(({ commit }, index) => [commit, index]));
  const paths = await partsIn(hub, reference);
  const found: (FileRevision & { readonly content: string })[] = [];
  for (let at = 0; at < commits.length && found.length < maxChanges; ) {
    const here = commits[at];
    if (here === undefined) break;
    const { bytes, content, commits: last } = await hub.lastChanges(reference, here.commit, paths);
    const changed = latest(last, places);
    if (changed === undefined) break;
    const { commit } = changed.commit;
    const revision = {
      ...changed.commit,
      reference: `hf:${reference.repository}/${reference.path}#${commit}`,
      bytes,
      content,
    };
    // a change that was taken back, or that changed nothing: the earlier of the two says the same
    if (found.at(-1)?.content === content) found.pop();
    found.push(revision);
    at = Math.max(at, changed.place) + 1;
  }
  return found.map(({ content, ...revision }) => revision);
}

/** @throws InputError where the revision has no such file */
async function partsIn(hub: Hub, reference: HubReference): Promise<string[]> {
  const { files } = await hub.revision(reference);
  const parts = partsAmong(files, reference.path);
  if (parts.length > 0) return parts.map(({ path }) => path);
  throw new InputError(
    `${reference.repository} has no file ${reference.path} in its revision ${reference.revision}.`,
  );
}

/** The latest of some commits; undefined where none is of this history. */
function latest(commits: readonly HubCommit[], places: ReadonlyMap<string, number>) {
  return commits
    .flatMap((commit) => {
      const place = places.get(commit.commit);
      return place === undefined ? [] : [{ commit, place }];
    })
    .sort((a, b) => a.place - b.place)[0];
}
