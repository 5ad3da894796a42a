import { randomUUID } from 'node:crypto';
import { link } from 'node:fs/promises';
import path from 'node:path';
import { bytes } from '../../text/numbers.ts';
import { HumanError } from '../errors.ts';
import { cacheFolder, openCacheFolder } from '../files/cacheFolder.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { type PartialFile, registerPartial } from '../files/partialFiles.ts';
import { scratchFolder } from '../files/scratchFolder.ts';
import { temporary } from '../files/temporaries.ts';
import { parted, type Work } from '../work/progress.ts';
import { type Patience, usualPatience } from './attempts.ts';
import { Blob, type BlobSource } from './blob.ts';
import { Http } from './http.ts';
import { Hub } from './hub.ts';
import { blobFile, remoteFolder, removeOldestBlobs } from './keptBlobs.ts';
import { hubFiles, type Listed, urlFiles } from './listing.ts';
import { isReference, parseReference, type Reference } from './reference.ts';
import { expectOnline } from './settings.ts';
import { Transfer, usualDownload } from './transfer.ts';

export interface RemoteOptions {
  /** In bytes. */
  readonly download?: number | undefined;
  /** In milliseconds, how long a server may be silent. */
  readonly silence?: number | undefined;
  readonly patience?: Patience | undefined;
}

/**
 * Models that lie elsewhere, for as long as one command takes: each is laid out as a folder of files with holes, whose bytes
 * are fetched as they are read. What was fetched stays in the private cache, by content.
 */
export class RemoteModels implements AsyncDisposable {
  readonly transfer: Transfer;
  readonly #http: Http;
  readonly #patience: Patience;
  readonly #work: Work;
  /** Raised when the command ends, be it by what went wrong: nothing is fetched from then on. */
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  /** Closed in the opposite order. */
  readonly #open: AsyncDisposable[] = [];
  /** By identity, so that what base and candidate share is fetched once. */
  readonly #blobs = new Map<string, Blob>();
  /** By the files that are laid out. */
  readonly #placed = new Map<string, Blob>();
  /** What people call the files and folders that are laid out. */
  readonly #names = new Map<string, string>();

  constructor({ download = usualDownload, silence, patience = usualPatience }: RemoteOptions, work: Work) {
    this.transfer = new Transfer(download);
    this.#http = new Http(silence);
    this.#open.push(this.#http);
    this.#patience = patience;
    this.#work = work;
    const { signal } = this.#ended;
    this.#signal = work.signal === undefined ? signal : AbortSignal.any([work.signal, signal]);
  }

  /** Does anything lie elsewhere? */
  get isUsed(): boolean {
    return this.#placed.size > 0;
  }

  /** All that is laid out. */
  get files(): readonly string[] {
    return [...this.#placed.keys()];
  }

  /**
   * The path under which a model can be read from here on: its own, or that of what is laid out for a reference.
   *
   * @throws InputError where there is no such model, or it may not be read
   */
  async at(name: string): Promise<string> {
    if (!isReference(name)) return path.resolve(name);
    expectOnline(name);
    const { name: root, entry, files } = await this.#listed(parseReference(name));
    const { folder, keeps } = await this.#layOut();
    this.#names.set(folder, root);
    for (const { below, keep, ...source } of files) {
      const place = path.join(folder, ...below.split('/'));
      await makeFolder(path.dirname(place), 0o700);
      await this.#place(place, source, keep && keeps);
    }
    return path.join(folder, ...entry.split('/'));
  }

  async #listed(reference: Reference): Promise<Listed> {
    if (reference.kind === 'url') return await urlFiles(this.#http, reference, this.#patience, this.#signal);
    return await hubFiles(this.#http, new Hub(this.#http, this.#patience, this.#signal), reference);
  }

  /** Fetches files whole, checked against their digests, so that any program can read them. */
  async complete(files: readonly string[], work: Work): Promise<void> {
    const blobs = this.#blobsOf(files);
    const [first] = blobs;
    if (first !== undefined) this.transfer.expect(this.missing(files), first.name);
    for (const [index, blob] of blobs.entries()) {
      await blob.complete(parted(work, index, blobs.length, blob.name));
    }
  }

  /** Bytes of the files that would have to be downloaded to have them whole. */
  missing(files: readonly string[]): number {
    return this.#blobsOf(files).reduce((sum, blob) => sum + blob.missing(0, Number.POSITIVE_INFINITY), 0);
  }

  /** What stands behind those of the files that lie elsewhere, each once: several files may have one content. */
  #blobsOf(files: readonly string[]): Blob[] {
    return [...new Set(files.flatMap((file) => this.#placed.get(path.resolve(file)) ?? []))];
  }

  /** Why files cannot be had whole within the limit; undefined where they can. */
  tooMuchToRun(files: readonly string[]): string | undefined {
    const missing = this.missing(files);
    if (this.transfer.allows(missing)) return undefined;
    return `to run it, ${bytes(missing)} more would have to be downloaded, and ${bytes(this.transfer.limit)} are allowed in all; allow more with --download, in GB.`;
  }

  /** Does something with the models; what goes wrong is told by their names, not by where they are laid out. */
  async named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HumanError) error.message = this.called(error.message);
      throw error;
    }
  }

  /** A text with references in the place of the paths that stand for them. */
  called(text: string): string {
    const longestFirst = [...this.#names].sort(([a], [b]) => b.length - a.length);
    return longestFirst.reduce((told, [place, name]) => told.replaceAll(place, name), text);
  }

  /** In a folder of its own, so that the parts of a model lie beside each other under their own names. */
  async #layOut(): Promise<{ readonly folder: string; readonly keeps: boolean }> {
    try {
      await openCacheFolder(cacheFolder());
      await openCacheFolder(remoteFolder());
      // beside what is kept, to which it links
      const folder = path.join(remoteFolder(), `open-${randomUUID()}`);
      this.#open.push(temporary(folder));
      await makeFolder(folder, 0o700);
      return { folder, keeps: true };
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#work.warn?.(`Nothing is kept of what is downloaded: ${error.message}`);
      const scratch = await scratchFolder();
      this.#open.push(scratch);
      return { folder: scratch.path, keeps: false };
    }
  }

  async #place(place: string, source: BlobSource, keep: boolean): Promise<void> {
    const blob = await this.#blob(place, source, keep);
    const { identity, digest } = blob;
    const partial: PartialFile = {
      name: source.name,
      identity,
      digest,
      missing: (offset, length) => blob.missing(offset, length),
      need: (offset, length, until) => blob.need(offset, length, until),
    };
    const registered = registerPartial(place, partial);
    this.#open.push({ [Symbol.asyncDispose]: async () => registered[Symbol.dispose]() });
    this.#placed.set(place, blob);
    this.#names.set(place, source.name);
  }

  async #blob(place: string, source: BlobSource, keep: boolean): Promise<Blob> {
    const known = this.#blobs.get(source.identity);
    if (known !== undefined && (await isLinked(known, place))) return known;
    const work = { transfer: this.transfer, patience: this.#patience, signal: this.#signal };
    const open = async (file: string, kept: boolean): Promise<Blob> => {
      const blob = await Blob.open(file, source, kept, work);
      this.#open.push(blob);
      return blob;
    };
    const file = blobFile(source.identity);
    const shared = keep ? await open(file, true) : undefined;
    const blob = shared !== undefined && (await isLinked(shared, place)) ? shared : await open(place, false);
    this.#blobs.set(source.identity, blob);
    return blob;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    for (const open of this.#open.reverse()) await open[Symbol.asyncDispose]();
    if (this.isUsed) await removeOldestBlobs().catch(() => {});
  }
}

/** Gives one content a second name; not every file system can. */
async function isLinked(blob: Blob, place: string): Promise<boolean> {
  return await link(blob.file, place).then(
    () => {
      blob.linkedAs(place);
      return true;
    },
    () => false,
  );
}
