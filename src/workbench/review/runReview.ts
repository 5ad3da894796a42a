import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import { isReference } from '../../engine/remote/reference.ts';
import { readSubjects } from '../../engine/review/attribution/readSubjects.ts';
import { aheadOf, inspectUntilCrash, reviewUntilCrash } from '../../engine/review/untilCrash.ts';
import { readCheckpoint } from '../../engine/safetensors/checkpoint.ts';
import { phases, type Work } from '../../engine/work/progress.ts';
import type { Reviewed } from '../../protocol/review.ts';
import type { EngineService } from '../engine/engineService.ts';
import { subjectsFile } from '../engine/settings.ts';
import { atHand } from './atHand.ts';
import type { KeptReview } from './keptReview.ts';
import { keyFiles, policyFrom } from './policySource.ts';
import { placeOf, type Side, sideName } from './side.ts';
import { signatureBeside } from './signatureBeside.ts';

type Request = Pick<KeptReview, 'base' | 'candidate' | 'policy'>;
export type Findings = Pick<KeptReview, 'reviewed' | 'inspected' | 'tensors' | 'probes' | 'trustedKeys'>;

/**
 * Reviews a candidate against its base, or inspects it alone. A revision lies in a temporary folder meanwhile, and
 * goes by its name and commit in what is found.
 *
 * @param undo where the patch that undoes the finding is kept
 * @param onAhead told of the verdict once the tensors are compared, before the models are asked
 */
export async function runReview(
  engine: EngineService,
  { base, candidate, policy: source }: Request,
  undo: string,
  work: Work,
  onAhead: (reviewed: Reviewed) => void = () => {},
): Promise<Findings> {
  const [fetching, reviewing] = phases(work, [isRevision(base) || isRevision(candidate) ? 1 : 0, 4]);
  const [first, second] = phases(fetching, [1, 1]);
  await using scratch = await scratchFolder();
  const candidateFile = await atHand(candidate, scratch.path, first);
  const { tensors, files: paths } = await contents(engine, candidateFile, work);
  const names = subjectsFile(placeOf(candidate));
  const subjects = names === undefined ? undefined : await readSubjects(names);
  if (base === null) {
    const { found } = await engine.quietly((client) =>
      inspectUntilCrash((onEvent) =>
        client.inspect({ candidate: candidateFile, subjects }, { ...reviewing, onEvent }),
      ),
    );
    const inspected = { ...found, candidate: sideName(candidate).detail };
    return { reviewed: null, inspected, tensors, probes: null, trustedKeys: [] };
  }
  const baseFile = await atHand(base, scratch.path, second);
  const read = source === null ? undefined : await policyFrom(source);
  const trustedKeys = read?.trustedKeys ?? [];
  const keys = source === null ? [] : await keyFiles(source, trustedKeys, scratch.path);
  const policy = read && { ...read, trustedKeys: keys };
  // what lies beside a file now says nothing of a revision
  const signed = trustedKeys.length > 0 && candidate.kind === 'file';
  const signature = signed ? await signatureBeside(candidateFile, paths) : undefined;
  const files = { base: baseFile, candidate: candidateFile, signature, reversal: undo };
  const { found } = await engine.quietly((client) =>
    reviewUntilCrash((keep) => {
      const onEvent = (sent: Reviewed) => {
        keep(sent);
        onAhead(named(aheadOf(sent), base, candidate));
      };
      return client.review({ ...files, subjects, policy }, { ...reviewing, onEvent });
    }),
  );
  return {
    reviewed: named(found, base, candidate),
    inspected: null,
    tensors,
    probes: policy?.probes ?? null,
    trustedKeys,
  };
}

/** The names of a model's tensors, and its files where they are on this machine. */
async function contents(
  engine: EngineService,
  model: string,
  work: Work,
): Promise<{ readonly tensors: string[]; readonly files: readonly string[] }> {
  if (isReference(model)) {
    const { tensors } = await engine.quietly((client) => client.info({ model }, work));
    return { tensors: tensors.map(({ name }) => name), files: [] };
  }
  const { header, paths } = await readCheckpoint(model, work);
  return { tensors: header.tensors.map(({ name }) => name), files: paths };
}

/** With the names of its sides, whose files may be temporary. */
function named(found: Reviewed, base: Side, candidate: Side): Reviewed {
  return {
    ...found,
    base: { ...found.base, path: sideName(base).detail },
    candidate: { ...found.candidate, path: sideName(candidate).detail },
    // it is the person's once they have said where it should lie
    reversal: found.reversal === null ? null : { ...found.reversal, path: null },
  };
}

const isRevision = (side: Side | null): boolean => side?.kind === 'revision';
