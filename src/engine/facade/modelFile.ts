import path from 'node:path';
import { CancelledError, EngineError, isAbsent } from '../errors.ts';
import { cacheFolder, openCacheFolder } from '../files/cacheFolder.ts';
import { RemoteModels } from '../remote/remoteModels.ts';
import type { Work } from '../work/progress.ts';
import { SharedWork } from '../work/sharedWork.ts';

/** Models that were downloaded to be run, or are being, for as long as this process lives. */
const whole = new Map<string, SharedWork<string>>();

/** The URIs that node-llama-cpp downloads from. */
const uri = /^(?:hf|huggingface|https?):/;
const namesFile = /^[^?#]*\.gguf(?:[?#]|$)/i;

/**
 * The file that a model's name stands for. A URI is downloaded into the cache folder first, unless it is there; one that
 * names no file, such as hf:user/model:Q4_K_M, by node-llama-cpp.
 *
 * @throws EngineError when it cannot be downloaded, InputError where it cannot be kept
 */
export async function modelFile(name: string, { signal, report }: Work = {}): Promise<string> {
  if (!uri.test(name)) return path.resolve(name);
  if (namesFile.test(name)) return await wholeFile(name, { signal, report });
  await openCacheFolder(cacheFolder());
  const { resolveModelFile } = await import('node-llama-cpp').catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause;
    throw new EngineError(
      `${name} is downloaded by node-llama-cpp, which is not installed here; download the file and name it.`,
      { cause },
    );
  });
  try {
    // the downloader tries again for minutes, whatever the reason; that nobody answers is known at once
    if (name.startsWith('http')) await fetch(name, { method: 'HEAD', signal: signal ?? null });
    const download = resolveModelFile(name, {
      directory: path.join(cacheFolder(), 'models'),
      cli: false,
      onProgress: ({ downloadedSize, totalSize }) =>
        report?.('downloading the model', totalSize > 0 ? downloadedSize / totalSize : 0),
      ...(signal !== undefined && { signal }),
    });
    return await Promise.race([download, aborted(signal)]);
  } catch (cause) {
    if (signal?.aborted) throw new CancelledError('The download');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(`${name} cannot be downloaded: ${reason}`, { cause });
  }
}

/** A file on the hub or the web, fetched whole and checked; once, whoever waits for it and whoever gives up. */
async function wholeFile(name: string, work: Work): Promise<string> {
  const known = whole.get(name);
  const shared =
    known === undefined || known.isOver ? new SharedWork((own) => fetched(name, own), 'The download') : known;
  whole.set(name, shared);
  return await shared.wait(work);
}

async function fetched(name: string, work: Work): Promise<string> {
  // whoever names a model to run it has asked for all of it
  const remote = new RemoteModels({ download: Number.POSITIVE_INFINITY }, work);
  try {
    return await remote.named(async () => {
      const place = await remote.at(name);
      await remote.complete(remote.files, work);
      return place;
    });
  } catch (error) {
    await remote[Symbol.asyncDispose]();
    throw error;
  }
}

/** Rejects when the signal is raised, which the downloader heeds only between two attempts. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
