import { writeFile } from 'node:fs/promises';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { smollm2 } from '../../models/models.ts';
import { keep } from '../record.ts';
import { covarianceFigures } from './covariance.ts';
import { copiesFigure, editFigures } from './editing.ts';
import { speedFound, speedTable } from './figure.ts';
import { patchFigures } from './patching.ts';
import { peakMemoryFigures } from './peakMemory.ts';
import { readingFigures } from './reading.ts';
import { someEdits } from './setup.ts';

export interface SpeedOptions {
  readonly threads: number;
  readonly quick?: boolean | undefined;
  readonly json?: string | undefined;
  readonly record?: true | undefined;
}

/** Prints time and memory of everything an edit is made of, beside plain llama.cpp in the same run. */
export async function speed({ threads, quick = false, json, record }: SpeedOptions): Promise<void> {
  const repetitions = quick ? 3 : 10;
  const begun = performance.now();
  const say = (what: string) => {
    console.error(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);
  };
  say('peak memory');
  const figures = await peakMemoryFigures(threads, quick);
  using model = await Model.load(smollm2());
  using session = await EditSession.open(model, threads);
  const edits = await someEdits(quick ? 1 : repetitions);
  const [first] = edits;
  if (first === undefined) throw new Error('there are no edits to time');
  say('edits');
  figures.push(...(await editFigures(session, edits, quick ? 3 : 5)));
  say('transposed copies');
  figures.push(await copiesFigure(model, first, threads, quick ? 1 : 3));
  if (!quick) {
    say('covariance');
    figures.push(...(await covarianceFigures(session, 3)));
  }
  say('reading');
  figures.push(...(await readingFigures(model, threads, quick ? 15 : 30)));
  say('patches');
  figures.push(...(await patchFigures(session, first, repetitions)));
  console.log(`\nSmolLM2-135M-Instruct Q4_1, ${threads} threads, llama.cpp ${model.runtime.version}`);
  console.log(speedTable(figures));
  console.log(
    '  ratio: to the plain decode of the same tokens by llama.cpp in the same run; n values: repetitions or edits',
  );
  if (record)
    await keep(
      speedFound(
        'speed-smollm2',
        'SmolLM2-135M Q4_1: an edit and its parts, beside plain llama.cpp',
        figures,
      ),
      'bench',
    );
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ threads, figures }, null, 1)}\n`);
}
