import { Uri } from 'vscode';
import { splitName } from '../../engine/gguf/split.ts';
import { isThere } from '../isThere.ts';
import { modelStem } from '../models/modelStem.ts';

/**
 * The signature that lies beside a model: `NAME.sig` for `NAME.gguf` or the folder NAME. That of a split model is called
 * like all of its parts, or like any one of them.
 *
 * @param model the file or folder
 * @param files of the model, in their order
 */
export async function signatureBeside(
  model: string,
  files: readonly string[] = [],
): Promise<string | undefined> {
  const common = files.flatMap((file) => splitName(file)?.prefix ?? []).slice(0, files.length > 1 ? 1 : 0);
  const own = [model, ...files].map(modelStem);
  for (const name of [...common, ...own]) {
    if (await isThere(Uri.file(`${name}.sig`))) return `${name}.sig`;
  }
  return undefined;
}
