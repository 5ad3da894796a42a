import type { ChatModel } from '../chat/conversation.ts';
import { stampOf } from '../files/stamp.ts';
import { stringOf } from '../gguf/header.ts';
import { type ModelFiles, readModelFiles } from '../gguf/split.ts';
import { Vocabulary } from '../llama/vocabulary.ts';

/** What is known of a model without its weights. */
interface Head extends ChatModel {
  readonly files: ModelFiles;
}

interface Entry {
  readonly stamp: string;
  readonly loading: Promise<{ readonly files: ModelFiles; readonly vocabulary: Vocabulary }>;
}

/** Headers and vocabularies of models, loaded or not: what needs no more than them waits for no other work. */
export class Vocabularies implements Disposable {
  readonly #entries = new Map<string, Entry>();

  /**
   * @param task runs at once and must not keep the tokenizer
   * @throws InputError for a file that is no sound model
   */
  async with<T>(file: string, task: (head: Head) => T): Promise<T> {
    const stamp = await stampOf(file);
    for (;;) {
      const { files, vocabulary } = await this.#entry(file, stamp).loading;
      if (vocabulary.disposed) continue;
      const chatTemplate = stringOf(files.header, 'tokenizer.chat_template');
      return task({ files, path: file, tokenizer: vocabulary.tokenizer, chatTemplate });
    }
  }

  /** Frees a model's vocabulary. */
  close(file: string): void {
    const entry = this.#entries.get(file);
    this.#entries.delete(file);
    entry?.loading.then(
      ({ vocabulary }) => vocabulary.dispose(),
      () => {},
    );
  }

  [Symbol.dispose](): void {
    for (const file of this.#entries.keys()) this.close(file);
  }

  #entry(file: string, stamp: string): Entry {
    const known = this.#entries.get(file);
    if (known?.stamp === stamp) return known;
    this.close(file);
    const entry = { stamp, loading: load(file) };
    this.#entries.set(file, entry);
    entry.loading.catch(() => {
      if (this.#entries.get(file) === entry) this.#entries.delete(file);
    });
    return entry;
  }
}

async function load(file: string) {
  const files = await readModelFiles(file);
  return { files, vocabulary: await Vocabulary.load(files) };
}
