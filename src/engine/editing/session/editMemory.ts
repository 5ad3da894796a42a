import type { GgufHeader } from '../../../protocol/gguf.ts';
import type { EditNeed } from '../../../protocol/model.ts';
import { copyBytes } from '../../autodiff/copyBytes.ts';
import { EngineError } from '../../errors.ts';
import { vocabularySize } from '../../gguf/architecture.ts';
import { architectureOf, numberOf } from '../../gguf/header.ts';
import { DOWN, weightInLayer } from '../../gguf/names.ts';
import { gigabytes, memoryNeed } from '../../llama/memory.ts';
import { at } from '../../numeric/at.ts';
import type { Work } from '../../work/progress.ts';

/** The context that edits are computed in, and of its tokens those of one edit's prompts. */
const editing = { size: 1024, batch: 512, outputs: 128, cacheType: 'f32' } as const;
/** The context that samples text for a covariance. */
const sampling = { size: 4096, batch: 256, outputs: 32 } as const;
const prompts = 128;
const float = 4;
const double = 8;
/** Keys that wait for their product, by row and by column. */
const waiting = 2 * 1024;

/**
 * What an edit by a method with a covariance takes on top of the loaded model, in bytes, from the header alone: an upper
 * estimate, for the lowest layer and thus the longest way back.
 *
 * @param layers how many are written, each with a covariance of its own
 */
export function editNeed(header: GgufHeader, layers = 1): EditNeed {
  const architecture = architectureOf(header);
  const of = (key: string, otherwise: number) => numberOf(header, `${architecture}.${key}`) ?? otherwise;
  const width = of('embedding_length', 0);
  const feedForward = of('feed_forward_length', 4 * width);
  const depth = of('block_count', 0);
  const heads = of('attention.head_count', 1);
  const vocabulary = vocabularySize(header);
  const keys = keyWidth(header);
  const triangle = (keys * (keys + 1)) / 2;

  const model = memoryNeed(header);
  const edit = memoryNeed(header, editing);
  const sample = memoryNeed(header, sampling);
  const matrices = header.tensors.filter(({ ne }) => (ne[1] ?? 1) > 1);
  const copies = matrices.reduce((sum, tensor) => sum + copyBytes(tensor), 0);
  // of each layer: what the pass keeps for the way back, and as much again for gradients under way
  const perToken = 8 * width + 4 * feedForward + 2 * heads * prompts;
  const gradient = float * (depth * prompts * perToken + 4 * editing.outputs * vocabulary);
  const gathering = double * triangle + float * waiting * keys + sample.cache + sample.compute;
  const solving = layers * covarianceBytes(header);
  const covariance = Math.max(gathering, solving + float * triangle);
  const contexts = edit.cache + edit.compute;
  const least = model.total + contexts + gradient + covariance;
  return { contexts, gradient, covariance, copies, least, total: least + copies };
}

/** Of a layer's covariance, ready to be solved with: its triangle, and its factor with the blocks of the diagonal. */
export function covarianceBytes(header: GgufHeader): number {
  const keys = keyWidth(header);
  return (double * keys * (keys + 1)) / 2 + float * keys * (keys + 256);
}

/** The widest of all layers. */
function keyWidth({ tensors }: GgufHeader): number {
  const down = tensors.filter(({ name }) => weightInLayer(name)?.part === DOWN);
  return Math.max(0, ...down.map(({ ne }) => at(ne, 0)));
}

/**
 * Says what computing an edit will take, and what is given up where less may be used.
 *
 * @param limit bytes that may be used
 * @throws EngineError with the figures where not even an edit without copies fits
 */
export function announceMemory(
  path: string,
  { least, copies }: EditNeed,
  limit: number,
  { report, warn }: Work,
): void {
  if (least > limit) {
    throw new EngineError(
      `An edit of ${path} takes at least about ${gigabytes(least)} GB of memory, and ${gigabytes(limit)} GB may be used; allow more (--memory), close other programs or take a smaller quantization.`,
    );
  }
  const room = Math.min(copies, limit - least);
  report?.(`taking up to ${gigabytes(least + room)} of ${gigabytes(limit)} GB of memory`, 0);
  if (room < copies) {
    warn?.(
      `Of ${gigabytes(copies)} GB of transposed weights ${gigabytes(room)} fit into ${gigabytes(limit)} GB of memory beside the rest; the others are read in place, which is slower.`,
    );
  }
}
