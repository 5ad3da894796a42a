import path from 'node:path';
import { evaluationV1 } from '../../formats/evaluation/v1.ts';
import type { Evaluated } from '../../protocol/evaluation.ts';
import { writeWhole } from '../files/atomicWrite.ts';
import { evaluationCsv } from './csv.ts';
import { evaluationMarkdown } from './markdown.ts';
import { evaluationPage } from './plotPage.ts';

/** Where a folder of an evaluation keeps what was measured, so that it can go on after an interruption. */
export const journalIn = (folder: string): string => path.join(folder, 'evaluation.journal.jsonl');

/** Writes an evaluation into its folder: for programs, for a table, for people, and as a page of plots. */
export async function writeEvaluation(folder: string, evaluated: Evaluated): Promise<void> {
  const file = (extension: string) => path.join(folder, `evaluation.${extension}`);
  await writeWhole(file('json'), `${JSON.stringify(evaluationV1(evaluated), null, 2)}\n`);
  await writeWhole(file('csv'), evaluationCsv(evaluated));
  await writeWhole(file('md'), evaluationMarkdown(evaluated));
  await writeWhole(file('html'), evaluationPage(evaluated));
}
