import { mean } from '../numeric/mean.ts';
import { Random } from '../numeric/random.ts';

/** The noise is so many standard deviations of the embeddings. */
const deviations = 3;
const seed = 2202;

/**
 * What drowns a subject's embeddings (2202.05262, section 2.1): normal noise of 3 standard deviations of the prompt's
 * embeddings, the same whenever it is asked for.
 *
 * @param embeddings of all of the prompt's tokens
 * @param width numbers of the subject's embeddings together
 */
export function subjectNoise(embeddings: Float32Array, width: number, samples: number) {
  const middle = mean(embeddings);
  const noise = deviations * Math.sqrt(mean(Array.from(embeddings, (x) => (x - middle) ** 2)));
  const noises = Array.from({ length: samples }, (_, sample) =>
    new Random(seed + sample).normals(width, noise),
  );
  return { noise, noises };
}
