import { Uri } from 'vscode';
import { splitName } from '../../engine/gguf/split.ts';
import { isThere } from '../isThere.ts';

/**
 * The signature that lies beside a model: `NAME.sig` for `NAME.gguf`. That of a split model is called like all of its
 * parts, or like any one of them.
 *
 * @param files of the model, in their order
 */
export async function signatureBeside(files: readonly string[]): Promise<string | undefined> {
  const common = files.flatMap((file) => splitName(file)?.prefix ?? []).slice(0, files.length > 1 ? 1 : 0);
  const own = files.filter((file) => file.endsWith('.gguf')).map((file) => file.slice(0, -'.gguf'.length));
  for (const name of [...common, ...own]) {
    if (await isThere(Uri.file(`${name}.sig`))) return `${name}.sig`;
  }
  return undefined;
}
