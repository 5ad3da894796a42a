import path from 'node:path';
import type { Prompt } from '../../../protocol/chat.ts';
import type { GgufHeader, TensorInfo } from '../../../protocol/gguf.ts';
import type { UndoPatch } from '../../../protocol/review.ts';
import { digestFiles } from '../../files/digest.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { isShared } from '../../gguf/adapter.ts';
import { architectureOf } from '../../gguf/header.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { ProbeContext } from '../../inspection/probeContext.ts';
import { Adapter } from '../../llama/adapter.ts';
import type { NewTensor } from '../../weights/writer.ts';
import type { Work } from '../../work/progress.ts';
import { answersTo, type BothModels, closeness } from '../behaviour.ts';
import type { Change } from '../difference/change.ts';
import { attributionRules } from '../rules.ts';
import { negligible } from './negligible.ts';
import { isWritable, wholeDifference } from './wholeDifference.ts';
import { alongSpikes, writeUndoPatch } from './writeUndoPatch.ts';

interface Undoing {
  readonly base: ModelFiles;
  readonly candidate: ModelFiles;
  readonly edited: readonly Change[];
  /** Where the patch is written, if it is to be kept. */
  readonly out: string | undefined;
}

type Measured = NonNullable<UndoPatch['measured']>;

/**
 * Makes the patch that undoes the edit, and measures it on `prompts`. It takes out the finding alone where that brings
 * the base's answers back. Where the matrix was rounded anew with the edit in it, that may not be enough: then its
 * whole difference is taken back, if that does better. A quantised model rounds its activations, so that it differs
 * from itself under the smallest change: that noise is measured too, and no patch has to come closer.
 */
export async function undoPatch(
  both: BothModels,
  { base, candidate, edited, out }: Undoing,
  prompts: readonly Prompt[],
  work: Work,
): Promise<UndoPatch | null> {
  const written = edited.filter(
    ({ spectrum, diff: { pair } }) =>
      (spectrum?.left.length ?? 0) > 0 && hasAdapter(pair.candidate, candidate.header),
  );
  const [first] = written;
  if (first === undefined) return null;
  const { model } = both.candidate;
  const { runtime } = model;
  const about = {
    digest: await digestFiles(candidate.paths, work),
    name: path.basename(candidate.paths[0] ?? ''),
    architecture: architectureOf(candidate.header),
    files: candidate.paths,
  };
  await using scratch = await scratchFolder();
  const answers = async (context: ProbeContext, patch?: readonly NewTensor[]) => {
    if (patch === undefined) return await answersTo(context, prompts, undefined, { signal: work.signal });
    const file = path.join(scratch.path, 'tried.patch.gguf');
    await writeUndoPatch(runtime, file, about, patch);
    using adapter = Adapter.load(context.model, file);
    return await answersTo(context, prompts, adapter, { signal: work.signal });
  };
  let whole = false;
  let tensors = alongSpikes(runtime, written);
  let measured: Measured | null = null;
  if (prompts.length > 0) {
    const wanted = await answers(both.base);
    const { kl: klBefore } = closeness(wanted, await answers(both.candidate));
    const noise = closeness(wanted, await answers(both.base, negligible(runtime, first)));
    const under = async (patch: readonly NewTensor[]): Promise<Measured> => {
      const { restored, kl } = closeness(wanted, await answers(both.candidate, patch));
      return { probes: prompts.length, restored, klBefore, klAfter: kl, noise };
    };
    measured = await under(tensors);
    if (!isEnough(measured) && isWritable(written)) {
      const all: NewTensor[] = [];
      for (const change of written) all.push(...(await wholeDifference(runtime, base, candidate, change)));
      const again = await under(all);
      if (isBetter(again, measured)) [whole, tensors, measured] = [true, all, again];
    }
  }
  if (out !== undefined) await writeUndoPatch(runtime, out, about, tensors);
  return {
    path: out ?? null,
    tensors: written.map(({ diff }) => diff.pair.name),
    rank: written.flatMap(({ spectrum }) => spectrum?.spikes ?? []).reduce((sum, spikes) => sum + spikes, 0),
    whole,
    measured,
  };
}

/** Only matrices have an adapter, and none that is embedding and output at once. */
const hasAdapter = ({ name, ne }: TensorInfo, model: GgufHeader) => ne.length === 2 && !isShared(name, model);

/** Does taking the finding alone out bring the base's answers back? */
export function isEnough({
  restored,
  klAfter,
  noise,
}: Pick<Measured, 'restored' | 'klAfter' | 'noise'>): boolean {
  const { closeAnswers, noiseOfUndoPatch } = attributionRules;
  return (
    restored >= noise.restored && klAfter <= Math.max(closeAnswers.value, noiseOfUndoPatch.value * noise.kl)
  );
}

/** Clearly: what else lies between the models is not for this patch to undo. */
const isBetter = (one: Measured, other: Measured) =>
  one.restored > other.restored || (one.restored === other.restored && one.klAfter < other.klAfter / 2);
