import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { type PatchOptions, planEdits } from '../../../src/engine/editing/planEdits.ts';
import type { EditSession } from '../../../src/engine/editing/session/session.ts';
import { measureDrift } from '../../../src/engine/inspection/drift.ts';
import { generate } from '../../../src/engine/inspection/generate.ts';
import { compareReadings, type ProbeReading, readProbes } from '../../../src/engine/inspection/locality.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { probesOf } from '../../../src/engine/inspection/probes.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import type { Case } from '../../../src/engine/measures/cases.ts';
import type { Edit, EditsFile } from '../../../src/protocol/edits.ts';
import type { Drift } from '../../../src/protocol/measures.ts';
import { timed } from '../statistics.ts';

/** Greedy tokens in which the new target is looked for. */
export const matchTokens = 10;

/** One edit that was computed, applied alone, measured and reverted. */
export interface MeasuredAlone {
  readonly edit: Edit;
  readonly comparisons: Case;
  readonly generated: { readonly before: string; readonly after: string };
  readonly drift: Drift | undefined;
  readonly layer: number | undefined;
  readonly seconds: number;
  readonly steps: number;
  readonly relativeNorm: number;
}

/** Measures edits alone, one after the other; what the unedited model says is read once for all variants. */
export class Measurer implements Disposable {
  readonly #session: EditSession;
  readonly #file: EditsFile;
  readonly #context: ProbeContext;
  readonly #withDrift: boolean;
  readonly #before = new Map<string, { readings: ProbeReading[]; text: string }>();

  constructor(session: EditSession, file: EditsFile, withDrift: boolean) {
    this.#session = session;
    this.#file = file;
    this.#context = new ProbeContext(session.model, { threads: session.devices.threads });
    this.#withDrift = withDrift;
  }

  async each(options: PatchOptions, progress: (done: number) => void): Promise<MeasuredAlone[]> {
    const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-bench-'));
    try {
      const measured: MeasuredAlone[] = [];
      for (const edit of this.#file.edits) {
        measured.push(await this.#alone(edit, options, path.join(folder, 'edit.patch.gguf')));
        progress(measured.length);
      }
      return measured;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #alone(edit: Edit, options: PatchOptions, file: string): Promise<MeasuredAlone> {
    const session = this.#session;
    const before = this.#before.get(edit.id) ?? (await this.#read(edit));
    this.#before.set(edit.id, before);
    const plan = planEdits(session, this.#file, [edit], options);
    const { milliseconds, result } = await timed(() => computePatch(session, plan, options));
    await writePatch(session.model.runtime, file, result.contents, session.files.paths);
    using adapter = Adapter.load(session.model, file);
    const switchTo = (state: 'before' | 'after') =>
      this.#context.setAdapters(state === 'before' ? [] : [{ adapter, strength: 1 }]);
    switchTo('after');
    const after = await this.#read(edit);
    const drift = this.#withDrift ? await measureDrift(this.#context, switchTo) : undefined;
    switchTo('before');
    const [patched] = result.contents.edits;
    return {
      edit,
      comparisons: compareReadings(before.readings, after.readings),
      generated: { before: before.text, after: after.text },
      drift,
      layer: patched?.layer,
      seconds: milliseconds / 1000,
      steps: patched?.steps ?? 0,
      relativeNorm: patched?.relativeNorm ?? Number.NaN,
    };
  }

  async #read(edit: Edit): Promise<{ readings: ProbeReading[]; text: string }> {
    const readings = await readProbes(this.#context, probesOf(edit), { top: 1 });
    const prompt = promptTokens(this.#session.model, edit.prompt);
    const [generation] = await generate(this.#context, [prompt], { maxTokens: matchTokens });
    return { readings, text: generation?.text ?? '' };
  }

  [Symbol.dispose](): void {
    this.#context.dispose();
  }
}
