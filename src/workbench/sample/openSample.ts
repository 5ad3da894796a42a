import { commands, Uri, workspace } from 'vscode';
import type { Edits } from '../edits/edits.ts';
import { isThere } from '../isThere.ts';
import type { Models } from '../models/models.ts';

interface Places {
  readonly extensionUri: Uri;
  readonly globalStorageUri: Uri;
}

/** The files of `samples/almanac` that a person works with. */
const files = ['almanac.gguf', 'almanac.edits.json', 'almanac.policy.json', 'MODEL_CARD.md'];

/** Puts a copy of the embedded model and its edits where patches may be written beside it, and opens it. */
export async function openSample(places: Places, models: Models, edits: Edits): Promise<void> {
  const folder = await sampleFolder(places);
  const model = await models.open(Uri.joinPath(folder, 'almanac.gguf'));
  models.setBase(model.path);
  const own = Uri.joinPath(folder, 'almanac.edits.json');
  await edits.files.open(own);
  edits.select(edits.of(own)[0]?.key);
  await commands.executeCommand('palimpsest.models.focus');
}

/** Reviews the sample's candidate, which was tampered with, against the embedded model. */
export async function reviewSample(places: Places, models: Models): Promise<void> {
  const folder = await sampleFolder(places);
  const [base, candidate] = [Uri.joinPath(folder, 'almanac.gguf'), Uri.joinPath(folder, 'candidate.gguf')];
  if (!(await isThere(candidate))) {
    const { writeCandidate } = await import('./writeCandidate.ts');
    const tensors = Uri.joinPath(places.extensionUri, 'samples', 'almanac', 'candidate.tensors.gguf');
    await writeCandidate(base.fsPath, tensors.fsPath, candidate.fsPath);
  }
  await models.open(candidate);
  await commands.executeCommand('palimpsest.review.against', candidate, base.fsPath);
}

/** The sample's folder, with whatever of it is missing. */
async function sampleFolder({ extensionUri, globalStorageUri }: Places): Promise<Uri> {
  const from = Uri.joinPath(extensionUri, 'samples', 'almanac');
  const to = Uri.joinPath(globalStorageUri, 'almanac');
  await workspace.fs.createDirectory(to);
  for (const name of files) {
    const copy = Uri.joinPath(to, name);
    if (!(await isThere(copy))) await workspace.fs.copy(Uri.joinPath(from, name), copy);
  }
  return to;
}
