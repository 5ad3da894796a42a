import { l10n, window, workspace } from 'vscode';
import { uniqueSlugs } from '../../../engine/datasets/slug.ts';
import type { Edit, EditsFile } from '../../../protocol/edits.ts';
import { message } from '../../../text/labels.ts';
import type { EngineService } from '../../engine/engineService.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import type { Models } from '../../models/models.ts';
import { editKey } from '../editEntry.ts';
import type { Edits } from '../edits.ts';
import { revealEdit } from '../revealEdit.ts';
import { askFile } from './askFile.ts';
import { editOf, emptyDraft } from './draft.ts';
import { addition } from './editText.ts';
import { inSteps } from './inSteps.ts';
import { knownAnswers } from './knownAnswers.ts';
import { proposeProbes } from './proposeProbes.ts';
import { askPrompt, askSubject, askTarget, askTruth } from './steps.ts';
import { withProbes } from './withProbes.ts';
import { changeFile, createFile } from './writeEdit.ts';

export interface Parts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly edits: Edits;
}

/** Asks for a fact step by step, has the base propose probes, writes the edit into a file and shows it there. */
export async function newEdit({ engine, models, edits }: Parts): Promise<void> {
  await models.list();
  const { base } = models;
  const known = base?.state === 'ready' ? knownAnswers(engine, base.path) : undefined;
  const draft = await inSteps(emptyDraft, [
    askPrompt,
    askSubject,
    askTruth(known),
    askTarget,
    askFile(edits, models),
  ]);
  if (draft?.file === undefined) return;
  const { uri, isNew } = draft.file;
  const { probes, said } = await proposeProbes({ engine, models }, editOf(draft, 'new'));
  const edit = (ids: readonly string[]): Edit =>
    withProbes(editOf(draft, uniqueSlugs(ids)(draft.subject)), probes);
  let written = edit([]);
  if (isNew) {
    await createFile(uri, modelOf(models.base), written);
  } else {
    await changeFile(uri, (content, text) => {
      written = edit(content.edits.map(({ id }) => id));
      return addition(text, written);
    });
  }
  await edits.files.open(uri);
  edits.select(editKey(uri, written.id));
  await revealEdit({ file: uri, id: written.id });
  window.showInformationMessage(
    message(l10n.t('The edit "{0}" is in {1}. {2}', written.id, workspace.asRelativePath(uri), said)),
  );
}

/** A model as edits files name it; its digest is known once it has been loaded. */
function modelOf(base: ModelEntry | undefined): EditsFile['model'] {
  if (base === undefined) return undefined;
  const name = base.info?.name ?? base.name.replace(/\.gguf$/, '');
  return { ...(base.digest !== undefined && { digest: base.digest }), name };
}
