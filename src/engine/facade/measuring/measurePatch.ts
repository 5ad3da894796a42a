import path from 'node:path';
import type { Drift } from '../../../protocol/measures.ts';
import type { PatchMeasures } from '../../../protocol/patches.ts';
import type { ComputedPatch } from '../../editing/computePatch.ts';
import { writePatch } from '../../editing/patches/writePatch.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { adapterDigest } from '../../gguf/adapterDigest.ts';
import { measureDrift } from '../../inspection/drift.ts';
import { Adapter } from '../../llama/adapter.ts';
import type { Applied } from '../../llama/context.ts';
import type { SafetyCase } from '../../measures/safeEdit.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import { type LoadedModel, switchOf } from '../loadedModel.ts';
import { reports } from '../reports.ts';
import { measureEdit, type Read } from './measureEdit.ts';
import { measureSummary } from './measureSummary.ts';
import { type Judging, readSafety } from './readSafety.ts';
import { matchTokens } from './waysToAsk.ts';

/** Tokens of the context that control text is read through. */
const driftContext = 64;

/** What was read of the edits of one patch, and how far it moved the model elsewhere. */
export interface PatchReading {
  readonly read: readonly Read[];
  /** Of the safety edits among them, where they were to be judged. */
  readonly safety: readonly SafetyCase[];
  /** null if not asked for. */
  readonly drift: Drift | null;
}

/** What of a patch is measured. */
interface Measuring {
  /** How many are generated from each edit's prompt. */
  readonly tokens?: number;
  /** Whether control text is read as well, which takes longer than an edit's probes. */
  readonly drifts?: boolean;
  /** Who judges safety edits; they are not judged without. */
  readonly judging?: Judging;
  /** Where the patch will be written, if it will. */
  readonly out?: string;
}

/**
 * Measures the edits of a patch that was computed and not written yet: on alone, and off again afterwards.
 */
export async function measurePatch(
  loaded: LoadedModel,
  computed: ComputedPatch,
  { tokens = matchTokens, drifts = true, judging, out }: Measuring,
  work: Work,
): Promise<PatchReading> {
  await using scratch = await scratchFolder();
  const file = path.join(scratch.path, 'computed.patch.gguf');
  await writePatch(loaded.model.runtime, file, computed.contents, []);
  using adapter = Adapter.load(loaded.model, file);
  const on = [{ adapter, strength: 1 }];
  const patches = [{ path: out ?? null, digest: await adapterDigest(file, work), strength: 1 }];
  const edits = reports(computed);
  try {
    const [drifting, measuring] = phases(work, [drifts ? 1 : 0, computed.edits.length]);
    const drift = drifts ? await driftOf(loaded, on, drifting) : null;
    const read: Read[] = [];
    const safety: SafetyCase[] = [];
    for (const [index, { edit }] of computed.edits.entries()) {
      const own = parted(measuring, index, computed.edits.length, edit.id);
      const state = { on, patches, driftKl: drift?.meanKl ?? null, edit: edits[index] ?? null };
      read.push(await measureEdit(loaded, edit, state, tokens, own));
      const judged = judging && (await readSafety(loaded, edit, { ...judging, on }, own));
      if (judged !== undefined) safety.push(judged);
    }
    return { read, safety, drift };
  } finally {
    loaded.reading(0).setAdapters([]);
  }
}

/** How far patches move the model on control text. */
export function driftOf(loaded: LoadedModel, on: readonly Applied[], work: Work): Promise<Drift> {
  const context = loaded.reading(driftContext);
  return measureDrift(context, switchOf(context, on), work);
}

/** The measures as the patch's own metadata keep them. */
export function measuresOf({ read, drift }: PatchReading): PatchMeasures {
  const {
    counterfact,
    easyEdit,
    generationMatch,
    drift: moved,
  } = measureSummary(read, drift === null ? [] : [drift], matchTokens);
  return {
    summary: { counterfact, easyEdit, generationMatch, drift: moved },
    edits: read.map(({ measured }) => {
      const { id, es, ps, ns, score, generationMatch: matched, driftKl } = measured;
      return { id, es, ps, ns, score, generationMatch: matched, driftKl };
    }),
    others: {},
  };
}
