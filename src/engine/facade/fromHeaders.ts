import { importFile } from '../datasets/index.ts';
import { writeEdits } from '../editing/editsFile/writeEdits.ts';
import { readPatch } from '../editing/patches/readPatch.ts';
import { fileHistory } from '../remote/fileHistory.ts';
import { RemoteModels } from '../remote/remoteModels.ts';
import type { EngineApi } from '../work/engineApi.ts';
import type { Work } from '../work/progress.ts';
import { editableLayersOf } from './editableLayers.ts';
import { information } from './information.ts';
import { patchInformation } from './patchInformation.ts';

/**
 * What is answered from the headers of files, or from no model at all: llama.cpp has no part in it, so it may run in any
 * process and waits for no other work.
 */
export const fromHeaders: Pick<
  EngineApi,
  'info' | 'targets' | 'fileHistory' | 'patchInfo' | 'importRecords'
> = {
  /** Of a model that lies elsewhere its header alone is fetched, unless its digest is asked for and nobody says it. */
  async info({ model, digest = false, download }, work = {}) {
    await using remote = new RemoteModels({ download }, work);
    return await remote.named(async () => {
      const place = await remote.at(model);
      const found = await information(place, digest, work);
      return { ...found, path: remote.called(place), files: found.files.map((file) => remote.called(file)) };
    });
  },

  async targets({ model }, work = {}) {
    await using remote = new RemoteModels({}, work);
    return await remote.named(async () => await editableLayersOf(await remote.at(model), work));
  },

  async fileHistory({ model }, work = {}) {
    return { revisions: await fileHistory(model, work) };
  },

  async patchInfo({ path }) {
    return patchInformation(await readPatch(path));
  },

  async importRecords({ path, format, out, model, split, ...selection }, work = {}) {
    const { file, skipped, dropped, unused } = await importFile(format, path, selection, work);
    const edits = model === undefined ? file : { model: await identity(model, work), ...file };
    const written = out === undefined ? [] : await writeEdits(out, edits, { split, protect: [path] }, work);
    return {
      count: file.edits.length,
      edits: out === undefined ? edits : null,
      written,
      skipped: [...skipped],
      dropped: [...dropped],
      unused: [...unused],
    };
  },
};

/** A model as edits files name it. */
async function identity(model: string, work: Work) {
  const { digest, name } = await fromHeaders.info({ model, digest: true }, work);
  return { digest: digest ?? undefined, name: name ?? undefined };
}
