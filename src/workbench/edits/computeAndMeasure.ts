import path from 'node:path';
import { l10n, Uri, workspace } from 'vscode';
import type { EditReport, ValueStep } from '../../protocol/editing.ts';
import type { EditsFile } from '../../protocol/edits.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import { type EditEntry, factOf, type Measurement } from './editEntry.ts';
import { wishesFor } from './wishes.ts';

/** How an edit was made, and what it changed. */
export interface Computed {
  readonly report: EditReport;
  readonly measured: Measurement;
}

/**
 * Computes one edit, measures it alone, and writes both into its patch file. What the edit or its file names comes first, then the layer that a person
 * chose and the settings, then what the engine proposes.
 */
export async function computeAndMeasure(
  engine: EngineService,
  model: ModelEntry,
  { edit, patch }: EditEntry,
  content: EditsFile,
  onStep: (step: ValueStep) => void,
  stop?: AbortSignal,
): Promise<Computed> {
  const layer = edit.layer ?? content.layer ?? (model.target?.chosen ? model.target.layer : undefined);
  const params = {
    model: model.path,
    edits: content,
    only: [edit.id],
    out: patch,
    layer,
    ...wishesFor(edit, content),
    measure: true,
  };
  await workspace.fs.createDirectory(Uri.file(path.dirname(patch)));
  const edited = await engine.run(
    l10n.t('Editing {0}', factOf(edit)),
    (client, work) => client.edit(params, { ...work, onEvent: ({ step }) => onStep(step) }),
    stop,
  );
  const [report] = edited.edits;
  const [own] = edited.measured?.edits ?? [];
  if (report === undefined || own === undefined || edited.measured === null) {
    throw new Error('nothing was computed');
  }
  return { report, measured: { edit: own, summary: edited.measured.summary } };
}
