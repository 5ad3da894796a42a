import { FileSystemError, l10n, type Uri, workspace } from 'vscode';
import { HumanError, InputError } from '../../engine/errors.ts';
import { type ByteSource, openFile } from '../../engine/files/source.ts';
import type { OpenSource } from '../../engine/gguf/split.ts';

/** What is read whole where nothing can be read by position, in bytes. */
const LARGEST = 64 << 20;

/**
 * Opens the files beside `uri` by their paths. Files of this machine are read by position; VS Code's other file systems
 * hand out whole files only, so small ones are taken and large ones refused with a sentence.
 */
export function sourcesBeside(uri: Uri): OpenSource {
  return uri.scheme === 'file' ? openFile : (path) => readWhole(uri.with({ path }));
}

/** How `sourcesBeside` calls the file itself. */
export function pathOf(uri: Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.path;
}

async function readWhole(uri: Uri): Promise<ByteSource & AsyncDisposable> {
  const name = uri.path;
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > LARGEST) throw tooLarge(name, uri.scheme, size);
    const bytes = await workspace.fs.readFile(uri);
    return {
      name,
      size: bytes.length,
      read: async (offset, length) => bytes.subarray(offset, offset + length),
      [Symbol.asyncDispose]: async () => {},
    };
  } catch (error) {
    if (error instanceof HumanError) throw error;
    const absent = error instanceof FileSystemError && error.code === 'FileNotFound';
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      absent ? l10n.t('{0} does not exist.', name) : l10n.t('{0} cannot be read: {1}', name, reason),
      { cause: error },
    );
  }
}

const tooLarge = (name: string, scheme: string, size: number) =>
  new InputError(
    l10n.t(
      '{0} is {1} MB and is in "{2}", where files can only be read whole. Copy files above {3} MB to a disk and open them there.',
      name,
      Math.round(size / 2 ** 20),
      scheme,
      LARGEST / 2 ** 20,
    ),
  );
