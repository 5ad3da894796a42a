import path from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { isThere } from '../../isThere.ts';
import type { Models } from '../../models/models.ts';
import type { Edits } from '../edits.ts';
import type { ReadEditsFile } from '../editsFiles.ts';
import { askChoice, type Choice } from './asking.ts';
import { askMore } from './askMore.ts';
import { askNewFile } from './askNewFile.ts';
import type { Draft } from './draft.ts';
import type { Step } from './inSteps.ts';

type File = { readonly uri: Uri; readonly isNew: boolean };
type Chosen = File | 'elsewhere' | 'more';

/** Asks for the file that an edit is to stand in: one that is there, a new one beside the base, or one elsewhere. */
export function askFile(edits: Edits, models: Models): Step<Draft> {
  return async (draft, step, total) => {
    const items = await choices(edits, models);
    for (let known = draft; ; ) {
      const given = await askChoice<Chosen>({
        title: l10n.t('New Edit: edits file'),
        step,
        total,
        placeholder: l10n.t('The edits file for the new edit'),
        items: () => [...items, moreOf(known)],
      });
      if (given === undefined) return undefined;
      if ('back' in given) return { back: known };
      if (given.value === 'more') {
        const told = await askMore(known, models.base, { step, total });
        if (told === undefined) return undefined;
        known = told;
        continue;
      }
      const file = given.value === 'elsewhere' ? await askElsewhere(items) : given.value;
      return file === undefined ? undefined : { value: { ...known, file } };
    }
  };
}

function moreOf({ more }: Draft): Choice<Chosen> {
  const said = Object.entries(more).map(([name, value]) =>
    typeof value === 'object' ? name : `${name} ${JSON.stringify(value)}`,
  );
  return {
    label: `$(settings-gear) ${l10n.t('Method, layer and more...')}`,
    description: said.join(', '),
    value: 'more',
    alwaysShow: true,
  };
}

async function choices(edits: Edits, models: Models): Promise<Choice<Chosen>[]> {
  const { base } = models;
  const files = (await edits.files.list()).filter(({ content }) => content !== undefined);
  // the file that one looks at comes first, then that of the selected edit
  const near = [window.activeTextEditor?.document.uri, edits.selected?.file].map((uri) => uri?.toString());
  const nearness = ({ uri }: ReadEditsFile) => near.toReversed().indexOf(uri.toString());
  const there = files
    .toSorted((a, b) => nearness(b) - nearness(a))
    .map(({ uri, content }): Choice<Chosen> => {
      const digest = content?.model?.digest;
      const foreign = digest !== undefined && base?.digest !== undefined && digest !== base.digest;
      return {
        label: `$(json) ${path.basename(uri.fsPath)}`,
        description: workspace.asRelativePath(path.dirname(uri.fsPath)),
        ...(foreign && { detail: l10n.t('Meant for another model than the base') }),
        value: { uri, isNew: false },
      };
    });
  const fresh = await newFile(base?.path);
  const made: Choice<Chosen>[] =
    fresh === undefined
      ? []
      : [
          {
            label: `$(new-file) ${l10n.t('New file {0}', path.basename(fresh.fsPath))}`,
            description: workspace.asRelativePath(path.dirname(fresh.fsPath)),
            value: { uri: fresh, isNew: true },
          },
        ];
  return [...there, ...made, { label: `$(folder) ${l10n.t('New file elsewhere...')}`, value: 'elsewhere' }];
}

/** A name that is free: after the base and beside it, else in the first folder of the workspace. */
async function newFile(base: string | undefined): Promise<Uri | undefined> {
  const folder = base === undefined ? workspace.workspaceFolders?.[0]?.uri.fsPath : path.dirname(base);
  if (folder === undefined) return undefined;
  const name = base === undefined ? 'facts' : path.basename(base, '.gguf');
  for (let number = 1; ; number++) {
    const uri = Uri.file(path.join(folder, `${name}${number === 1 ? '' : `-${number}`}.edits.json`));
    if (!(await isThere(uri))) return uri;
  }
}

async function askElsewhere(items: readonly Choice<Chosen>[]): Promise<File | undefined> {
  const [suggested] = items.flatMap(({ value }) =>
    typeof value === 'object' && value.isNew ? [value.uri] : [],
  );
  const uri = await askNewFile(l10n.t('New edits file'), suggested);
  return uri === undefined ? undefined : { uri, isNew: !(await isThere(uri)) };
}
