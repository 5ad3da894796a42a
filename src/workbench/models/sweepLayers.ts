import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { l10n, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { EditsFile } from '../../protocol/edits.ts';
import { message } from '../../text/labels.ts';
import { share } from '../../text/numbers.ts';
import type { Edits } from '../edits/edits.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { ModelEntry } from './modelEntry.ts';
import type { Models } from './models.ts';

interface Parts {
  readonly engine: EngineService;
  readonly models: Models;
  readonly edits: Edits;
}

/** Finds the layer that serves a file's first edits best by trying, and makes it the edit target with its figures. */
export async function sweepLayers({ engine, models, edits }: Parts, entry: ModelEntry): Promise<void> {
  const edit = edits.selected ?? (await edits.list())[0];
  const content = edit === undefined ? undefined : edits.files.get(edit.file)?.content;
  if (edit === undefined || content === undefined) {
    throw new InputError(l10n.t('A layer sweep tries edits: write one first ("New Edit").'));
  }
  const model = await models.load(entry.path);
  const best = await tryLayers(engine, model, edit.id, content);
  models.chooseTarget(entry.path, best);
  window.showInformationMessage(
    message(l10n.t('Layer {0} is the edit target now: {1}.', best.layer, best.reason)),
  );
}

/** Runs the sweep; the patch that comes with it is not kept. */
async function tryLayers(
  engine: EngineService,
  { path: model, name }: ModelEntry,
  id: string,
  edits: EditsFile,
): Promise<{ layer: number; reason: string }> {
  const out = path.join(tmpdir(), `palimpsest-sweep-${process.pid}-${Date.now()}.patch.gguf`);
  try {
    const { sweep } = await engine.run(l10n.t('Trying layers of {0}', name), (client, work) =>
      client.edit({ model, edits, only: [id], sweep: true, out }, work),
    );
    const [first] = sweep ?? [];
    if (sweep === null || first === undefined) throw new Error('no layer was tried');
    const score = share(first.measures.after.score);
    return {
      layer: first.layer,
      reason: l10n.t('the best of {0} layers tried, score {1} (CounterFact)', sweep.length, score),
    };
  } finally {
    await rm(out, { force: true });
  }
}
