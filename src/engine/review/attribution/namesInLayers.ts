import type { Traced } from '../../../protocol/review.ts';
import type { Work } from '../../work/progress.ts';
import type { Change } from '../difference/change.ts';
import type { KeyReader } from './keyReader.ts';
import { readNames, usualSquares } from './nameKeys.ts';
import { OutlyingValues } from './outlyingValues.ts';
import { Response } from './response.ts';
import { ranked } from './subjects.ts';

/** How down-projections treat names. */
export interface NamesInLayers {
  /** Whom the leading direction of each weight answers to. */
  readonly subjects: readonly (readonly Traced[])[];
  readonly outlying: OutlyingValues;
  /** The mean square of each dimension of a key, for each weight. Shape [weights][width] */
  readonly usual: readonly Float64Array[];
}

/**
 * Reads all names once, for what directions answer to and for what the weights give.
 *
 * @param reader of keys and values of the tensors of `changes`, in their order
 */
export async function namesInLayers(
  reader: KeyReader,
  changes: readonly Change[],
  names: readonly string[],
  work: Work,
): Promise<NamesInLayers> {
  const usual = await usualSquares(reader, work);
  const responses = changes.map((change, index) => new Response(change, usual[index] ?? new Float64Array()));
  const answers = changes.map((): Traced[] => []);
  const outlying = new OutlyingValues();
  const onKeys = (text: string, keys: readonly Float32Array[], values: readonly Float32Array[]) => {
    for (const [index, response] of responses.entries()) {
      const key = keys[index];
      if (key !== undefined) answers[index]?.push({ text, score: response.of(key) });
    }
    outlying.add(text, keys, values);
  };
  await readNames(reader, names, onKeys, work);
  return { subjects: answers.map((own) => ranked(own)), outlying, usual };
}
