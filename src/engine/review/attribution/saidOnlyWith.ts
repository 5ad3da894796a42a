import path from 'node:path';
import type { Traced } from '../../../protocol/review.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { architectureOf } from '../../gguf/header.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { Adapter } from '../../llama/adapter.ts';
import type { Model } from '../../llama/model.ts';
import type { NewTensor } from '../../weights/writer.ts';
import { phases, type Work } from '../../work/progress.ts';
import { inspectionRules } from '../rules.ts';
import { writeUndoPatch } from '../undoPatch/writeUndoPatch.ts';
import { attributeToObjects } from './objects.ts';

/** The model that is asked, and the names that were tried on it. */
export interface Asked {
  readonly model: Model;
  readonly files: ModelFiles;
  readonly names: readonly string[];
  readonly threads: number;
}

/**
 * What the model says of a subject, and says no longer without something in its weights. Nothing where another name's
 * answers change too: then it is something that the model needs, and no edit's.
 *
 * @param removal the adapter that takes it out
 */
export async function saidOnlyWith(
  { model, files, threads }: Asked,
  removal: readonly NewTensor[],
  { subject, control }: { readonly subject: string; readonly control: string },
  work: Work,
): Promise<Traced[]> {
  using as = new ProbeContext(model, { threads });
  using without = new ProbeContext(model, { threads });
  await using scratch = await scratchFolder();
  const file = path.join(scratch.path, 'without.patch.gguf');
  const about = {
    digest: '',
    name: files.header.name,
    architecture: architectureOf(files.header),
    files: files.paths,
  };
  await writeUndoPatch(model.runtime, file, about, removal);
  using adapter = Adapter.load(model, file);
  without.setAdapters([{ adapter, strength: 1 }]);
  const [first, second] = phases(work, [1, 1]);
  const objects = await attributeToObjects(without, as, subject, first);
  const [elsewhere] = await attributeToObjects(without, as, control, second);
  without.setAdapters([]);
  if (changesElsewhere(objects[0]?.score ?? 0, elsewhere?.score ?? 0)) return [];
  return objects.map(({ text, score }) => ({ text, score }));
}

/** Without what an edit wrote the model says the same of other names. Both gains in nats. */
export function changesElsewhere(ofSubject: number, ofAnother: number): boolean {
  return ofAnother > inspectionRules.elsewhere.value * ofSubject;
}
