import { l10n, Uri, window } from 'vscode';
import { label } from '../../text/labels.ts';
import { Hint, type Remedy } from '../engine/hint.ts';
import type { ModelEntry } from './modelEntry.ts';
import type { Models } from './models.ts';

/** Which models a command is for. */
interface Wanted {
  fits(entry: ModelEntry): boolean;
  /** What to say where there are models, and none of them fits. */
  readonly none: string;
  /** What helps then; opening another model if nothing else does. */
  readonly remedy?: Remedy;
}

/**
 * The model that a command is about: the node, the file or the path that it was given, else the only one that fits,
 * else the one that a person picks.
 *
 * @returns undefined when the person picks none
 */
export async function pickModel(
  models: Models,
  given: unknown,
  { fits, none, remedy = openModel() }: Wanted = { fits: () => true, none: noModel() },
): Promise<ModelEntry | undefined> {
  const all = await models.list();
  const file = pathOf(given);
  if (file !== undefined) return models.get(file) ?? (await models.open(Uri.file(file)));
  const fitting = all.filter(fits);
  const [first, ...others] = fitting;
  if (all.length === 0) throw new Hint(noModel(), openModel());
  if (first === undefined) throw new Hint(none, remedy);
  if (others.length === 0) return first;
  const items = fitting.map((entry) => ({ label: label(entry.name), description: entry.path, entry }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose a model') });
  return picked?.entry;
}

const noModel = (): string => l10n.t('There is no model yet.');
const openModel = (): Remedy => ({ title: l10n.t('Open Model...'), command: 'palimpsest.models.open' });

/** The file that a command is given: a path, a file, or a node of a tree that has one. */
export function pathOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (given instanceof Uri) return given.fsPath;
  if (typeof given === 'object' && given !== null && 'path' in given && typeof given.path === 'string') {
    return given.path;
  }
  return undefined;
}
