import { existsSync } from 'node:fs';
import path from 'node:path';
import { splitName } from '../../engine/gguf/split.ts';
import { askGit, type Repository } from '../../engine/git/git.ts';

/** A model whose files differ from those of the base revision. */
export interface ChangedModel {
  /** Below the repository's folder, with slashes: a GGUF file, the first of its parts, or a folder of safetensors. */
  readonly path: string;
  /** Its files in the base revision; none where the model is new. */
  readonly before: readonly string[];
  /** Is there nothing left of it? */
  readonly removed: boolean;
}

const entries = ['model.safetensors', 'model.safetensors.index.json'];

/** A model of the repository, whether it was changed or not. */
export async function oneModel(repository: Repository, base: string, model: string): Promise<ChangedModel> {
  const { all, modelOf } = await modelsIn(repository, base);
  return changeOf(repository, model, all, modelOf);
}

/**
 * The models that were changed between where the branches parted and the files as they are now.
 *
 * @param base the commit that is merged into
 * @param paths pathspecs of Git; all files without them
 */
export async function changedModels(
  repository: Repository,
  base: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ChangedModel[]> {
  const parted = await askGit(repository, ['merge-base', base, 'HEAD'], signal)
    .then((commit) => commit.toString('utf8').trim())
    // a shallow clone does not know where; then it is held against the base itself
    .catch(() => base);
  const changed = await namesFrom(
    repository,
    ['diff', '--name-only', '-z', '--no-renames', parted, '--', ...paths],
    signal,
  );
  const { all, modelOf } = await modelsIn(repository, base, signal);
  const models = new Set(changed.flatMap((file) => modelOf(file) ?? []));
  return [...models].sort().map((model) => changeOf(repository, model, all, modelOf));
}

type ModelOf = (file: string) => string | undefined;

function changeOf(
  { folder }: Repository,
  model: string,
  all: readonly string[],
  modelOf: ModelOf,
): ChangedModel {
  return {
    path: model,
    before: all.filter((file) => modelOf(file) === model),
    removed: !isThere(folder, model),
  };
}

/** All files of the base revision, and which model a file belongs to, there or now. */
async function modelsIn(repository: Repository, base: string, signal?: AbortSignal) {
  const all = await namesFrom(
    repository,
    ['ls-tree', '-r', '-z', '--name-only', '--full-tree', base],
    signal,
  );
  const held = new Set(all);
  const modelOf: ModelOf = (file) => ggufModel(file) ?? folderModel(repository.folder, file, held);
  return { all, modelOf };
}

async function namesFrom(
  repository: Repository,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const text = (await askGit(repository, args, signal)).toString('utf8');
  return text.split('\0').filter((name) => name !== '');
}

/** Parts of a split model go by their first. A patch, by its name, is no model: whoever applies it sees what it does. */
function ggufModel(file: string): string | undefined {
  if (!file.endsWith('.gguf') || file.endsWith('.patch.gguf')) return undefined;
  const split = splitName(file);
  return split === undefined ? file : `${split.prefix}-00001-of-${split.total}.gguf`;
}

/** The folder around a file that holds safetensors, now or in the base. */
function folderModel(root: string, file: string, held: ReadonlySet<string>): string | undefined {
  for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
    const names = entries.map((entry) => path.posix.join(folder, entry));
    if (names.some((name) => existsSync(path.join(root, name)) || held.has(name))) return folder;
    if (folder === '.' || folder === '/') return undefined;
  }
}

const isThere = (root: string, model: string): boolean =>
  model.endsWith('.gguf')
    ? existsSync(path.join(root, model))
    : entries.some((entry) => existsSync(path.join(root, model, entry)));
