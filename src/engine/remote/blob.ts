import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat, utimes } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { writeWhole } from '../files/atomicWrite.ts';
import { hashFiles } from '../files/digest.ts';
import { fileError } from '../files/fileErrors.ts';
import type { PartialFile } from '../files/partialFiles.ts';
import type { Work } from '../work/progress.ts';
import { attempts, type Patience } from './attempts.ts';
import { Blocks } from './blocks.ts';
import { connectionError, discard } from './http.ts';
import { type KeptBlob, keptBlob, mapOf } from './keptBlob.ts';
import type { Origin } from './origin.ts';
import { Refused, Transient } from './refused.ts';
import type { Transfer } from './transfer.ts';

export interface BlobSource {
  readonly name: string;
  readonly identity: string;
  readonly digest: string | undefined;
  /** In bytes. */
  readonly size: number;
  readonly origin: Origin;
  /** Whether the server gives parts of it. */
  readonly ranges: boolean;
}

export interface BlobWork {
  readonly transfer: Transfer;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
}

/** What one request brings beyond what is needed at once, in bytes, where reading goes on. */
const ahead = 8 << 20;
/** What is noted on disk is at most so many bytes behind what is there. */
const noted = 64 << 20;

/**
 * A file's content as far as it was fetched, in a sparse file of its full size; a map beside it says which blocks are
 * there, so that nothing is fetched twice, in this run or a later one.
 */
export class Blob implements PartialFile, AsyncDisposable {
  readonly file: string;
  readonly name: string;
  readonly identity: string;
  readonly digest: string | undefined;
  readonly size: number;
  readonly #origin: Origin;
  readonly #work: BlobWork;
  /** What tells the file from another that takes its name. */
  readonly #inode: string;
  /** Where it is opened: a name that no other run removes, once it has one. */
  #place: string;
  /** Opened when the first bytes come: a repository has many files, of which few are fetched. */
  #handle: Promise<FileHandle> | undefined;
  readonly #blocks: Blocks;
  /** Only its own run can use a file whose version nobody tells, or that is damaged. */
  #kept: boolean;
  #ranges: boolean;
  #verified: boolean;
  #unnoted = 0;
  #running: { readonly from: number; readonly to: number; readonly done: Promise<void> }[] = [];

  private constructor(
    file: string,
    source: BlobSource,
    work: BlobWork,
    inode: string,
    known: KeptBlob | undefined,
    kept: boolean,
  ) {
    this.file = file;
    this.name = source.name;
    this.identity = source.identity;
    this.digest = source.digest;
    this.size = source.size;
    this.#origin = source.origin;
    this.#ranges = source.ranges;
    this.#work = work;
    this.#inode = inode;
    this.#place = file;
    this.#blocks = new Blocks(source.size, known?.have);
    this.#verified = known?.verified ?? false;
    this.#kept = kept;
  }

  /** @param kept whether a later run may use it, by its name */
  static async open(file: string, source: BlobSource, kept: boolean, work: BlobWork): Promise<Blob> {
    const known = kept ? await keptBlob(file, source) : undefined;
    try {
      // a map without its file, or a damaged one, says nothing of what is written from here on
      if (known === undefined) await rm(mapOf(file), { force: true });
      // not emptied: another run may be filling it at this moment, with the same bytes
      await using handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
      await handle.truncate(source.size);
      // its time is that of its last use
      await utimes(file, new Date(), new Date());
      return new Blob(file, source, work, await inodeOf(handle), known, kept);
    } catch (error) {
      throw fileError(file, error);
    }
  }

  /** @param place another name of the file, in a folder of this run */
  linkedAs(place: string): void {
    this.#place = place;
  }

  missing(offset: number, length: number): number {
    return this.#blocks.missing(offset, Math.min(this.size, offset + length));
  }

  async need(offset: number, length: number, until = 0): Promise<void> {
    const end = Math.min(this.size, offset + length);
    const reach = this.#ranges ? Math.min(until, offset + ahead) : this.size;
    for (;;) {
      const gap = this.#blocks.gap(this.#ranges ? offset : 0, end, reach);
      if (gap === undefined) return;
      const before = this.#running.find(({ from, to }) => from < gap.to && to > gap.from);
      if (before !== undefined && before.from <= gap.from) {
        await before.done;
        continue;
      }
      const to = Math.min(gap.to, before?.from ?? gap.to);
      const running = { from: gap.from, to, done: this.#fetch(gap.from, to) };
      this.#running.push(running);
      await running.done.finally(() => {
        this.#running = this.#running.filter((one) => one !== running);
      });
    }
  }

  /**
   * Fetches all that is missing, and checks it against the digest that it should have.
   *
   * @throws InputError where it is something else, which is then forgotten
   */
  async complete({ signal, report }: Work): Promise<void> {
    const step = 4 * ahead;
    for (let at = 0; at < this.size; at += step) {
      await this.need(at, Math.min(step, this.size - at));
      report?.(`downloading ${this.name}`, Math.min(1, (at + step) / this.size));
    }
    if (this.#verified || this.digest === undefined) return;
    if ((await hashFiles([this.file], { signal })) !== this.digest) {
      await this.#forget();
      throw new InputError(
        `${this.name} is damaged: its SHA-256 is not the one that the hub names. It was not used.`,
      );
    }
    this.#verified = true;
    await this.#note();
  }

  async #fetch(first: number, end: number): Promise<void> {
    const { transfer, patience, signal } = this.#work;
    let coming = transfer.reserve(end - first, this.name);
    let [at, to, full] = [first, end, first];
    try {
      await attempts(
        this.name,
        async (gotOn) => {
          const stretch = await this.#origin.stretch(at, to, signal);
          const { body, host } = stretch;
          if (stretch.from !== at || stretch.to > to) {
            // the whole file comes, and costs no more to take than what was asked for
            this.#ranges = false;
            coming[Symbol.dispose]();
            coming = transfer.reserve(this.size, this.name);
            [at, to, full] = [0, this.size, 0];
          }
          try {
            for await (const piece of body as AsyncIterable<Buffer>) {
              if (at + piece.length > to)
                throw new Refused(`${host} sends more bytes than those it was asked for`);
              await this.#write(piece, at);
              at += piece.length;
              coming.came(piece.length);
              this.#unnoted += piece.length;
              this.#blocks.add(full, at);
              if (at - full < Blocks.size && at < to) continue;
              full = Math.floor(at / Blocks.size) * Blocks.size;
              gotOn();
              if (this.#unnoted >= noted) await this.#note();
            }
          } catch (error) {
            throw connectionError(error, host, signal);
          } finally {
            discard(body);
          }
          if (at < to) throw new Transient('the connection ended early');
        },
        patience,
        signal,
      );
    } finally {
      coming[Symbol.dispose]();
    }
  }

  #opened(): Promise<FileHandle> {
    this.#handle ??= open(this.#place, 'r+');
    return this.#handle;
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    try {
      const handle = await this.#opened();
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError(this.file, error);
    }
  }

  /** Bytes are on the disk before the map says so; of a file that was removed meanwhile it says nothing. */
  async #note(): Promise<void> {
    this.#unnoted = 0;
    if (!this.#kept) return;
    const have = Buffer.from(this.#blocks.bits).toString('base64');
    await (await this.#opened()).datasync();
    if (!(await this.#isInPlace())) return;
    const { identity, name, size } = this;
    await writeWhole(
      mapOf(this.file),
      JSON.stringify({
        identity,
        name,
        size,
        verified: this.#verified,
        have,
      }),
      { mode: 0o600 },
    );
  }

  /** Another run may have removed the file, and begun one of its own. */
  async #isInPlace(): Promise<boolean> {
    const found = await stat(this.file, { bigint: true }).catch(() => undefined);
    return found !== undefined && `${found.dev}:${found.ino}` === this.#inode;
  }

  async #forget(): Promise<void> {
    this.#kept = false;
    await rm(mapOf(this.file), { force: true });
    await rm(this.file, { force: true });
  }

  /** What is being fetched is to be stopped before, by its signal. */
  async [Symbol.asyncDispose](): Promise<void> {
    // it would be written into a closed file
    await Promise.allSettled(this.#running.map(({ done }) => done));
    if (this.#unnoted > 0) await this.#note().catch(() => {});
    await (await this.#handle)?.close();
  }
}

async function inodeOf(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}
