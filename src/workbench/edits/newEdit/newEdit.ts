import { l10n, type Uri, window, workspace } from 'vscode';
import { uniqueSlugs } from '../../../engine/datasets/slug.ts';
import { serialiseEdits } from '../../../engine/editing/editsFile/editsFile.ts';
import type { Edit, EditsFile } from '../../../protocol/edits.ts';
import { message } from '../../../text/labels.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import { editKey } from '../editEntry.ts';
import { revealEdit } from '../revealEdit.ts';
import { addProposed } from './addProposed.ts';
import { askFile } from './askFile.ts';
import { type Draft, editOf, emptyDraft } from './draft.ts';
import { addition } from './editText.ts';
import { inSteps } from './inSteps.ts';
import { knownAnswers } from './knownAnswers.ts';
import type { Parts } from './parts.ts';
import { askPrompt, askSubject, askTarget, askTruth, askWay } from './steps.ts';
import { changeFile, createFile } from './writeEdit.ts';

/**
 * Asks for a fact step by step, writes the edit into a file and shows it there; then has the base propose probes, which
 * are added, and offers to apply the edit.
 */
export async function newEdit(parts: Parts): Promise<void> {
  const { engine, models, edits } = parts;
  await models.list();
  const { base } = models;
  const known = base?.state === 'ready' ? knownAnswers(engine, base.path) : undefined;
  const hasTemplate = typeof base?.info?.chatTemplate === 'string';
  const draft = await inSteps({ ...emptyDraft, chat: hasTemplate }, [
    askPrompt,
    askSubject,
    ...(hasTemplate ? [askWay] : []),
    askTruth(known),
    askTarget,
    askFile(edits, models),
  ]);
  if (draft?.file === undefined) return;
  const { uri } = draft.file;
  const { id, ...edit } = await write(draft, models.base);
  const key = editKey(uri, id);
  await edits.files.open(uri);
  edits.select(key);
  await revealEdit({ file: uri, id });
  const said = await addProposed(parts, uri, { id, ...edit });
  if (draft.file.isNew) await nameModel(uri, models.base);
  const apply = l10n.t('Apply Now');
  const text = l10n.t('The edit "{0}" is in {1}. {2}', id, workspace.asRelativePath(uri), said);
  if ((await window.showInformationMessage(message(text), apply)) === apply) await edits.apply(key);
}

/** Writes the edit into its file, under an id that is free there. */
async function write(draft: Draft, base: ModelEntry | undefined): Promise<Edit> {
  const edit = (ids: readonly string[]): Edit => editOf(draft, uniqueSlugs(ids)(draft.subject));
  let written = edit([]);
  const { file } = draft;
  if (file?.isNew) await createFile(file.uri, modelOf(base), written);
  else if (file !== undefined) {
    await changeFile(file.uri, (content, text) => {
      written = edit(content.edits.map(({ id }) => id));
      return addition(text, written);
    });
  }
  return written;
}

/** A new file names its model by its digest, once proposing has loaded it. */
async function nameModel(uri: Uri, base: ModelEntry | undefined): Promise<void> {
  if (base?.digest === undefined) return;
  await changeFile(uri, (content, text) => ({
    offset: 0,
    length: text.length,
    text: serialiseEdits({ ...content, model: modelOf(base) }),
  }));
}

/** A model as edits files name it; its digest is known once it has been loaded. */
function modelOf(base: ModelEntry | undefined): EditsFile['model'] {
  if (base === undefined) return undefined;
  const name = base.info?.name ?? base.name.replace(/\.gguf$/, '');
  return { ...(base.digest !== undefined && { digest: base.digest }), name };
}
